import { expect, test } from 'vitest'
import { configJsonSchema } from './schema.ts'

test('docs/schema/config.json is made from the schema: npx vitest run --project unit src/main/config -u', async () => {
  await expect(`${JSON.stringify(configJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    '../../../docs/schema/config.json',
  )
})

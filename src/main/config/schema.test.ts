import { expect, test } from 'vitest'
import { parseConfig } from './parse-config.ts'
import { configJsonSchema, defaultConfig, logLimitsOf } from './schema.ts'

test('docs/schema/config.json is made from the schema: npx vitest run --project unit src/main/config -u', async () => {
  await expect(`${JSON.stringify(configJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    '../../../docs/schema/config.json',
  )
})

test('what logs may take', () => {
  const limitsOf = (text: string) => {
    const parsed = parseConfig(text)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    return logLimitsOf(parsed.config)
  }
  expect(logLimitsOf(defaultConfig)).toEqual({ perProcessBytes: 268_435_456, totalBytes: 10_737_418_240 })
  expect(limitsOf('logs: {max_per_process: 64MiB}')).toEqual({
    perProcessBytes: 67_108_864,
    totalBytes: 10_737_418_240,
  })
  expect(limitsOf('logs: {max_per_process: none, max_total: 1073741824}')).toEqual({
    perProcessBytes: null,
    totalBytes: 1_073_741_824,
  })
})

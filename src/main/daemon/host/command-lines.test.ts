import { expect, test } from 'vitest'
import { createCommandLineTest } from './command-lines.ts'

test('what is compared is redacted and whole', async () => {
  const has = createCommandLineTest(async () => [
    { identity: { bootId: 'b', pid: 7, startTime: '1' }, argv: ['/bin/a', 'password=x'] },
  ])
  expect(await has(['/bin/a', 'password=•••'])).toBe(true)
  expect(await has(['/bin/a', 'password=x'])).toBe(false)
  expect(await has(['/bin/a'])).toBe(false)
})

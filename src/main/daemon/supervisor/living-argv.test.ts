import { expect, test } from 'vitest'
import { livingArgv } from './living-argv.ts'

test.for([
  [
    ['/usr/bin/env', 'sleep', '9'],
    ['sleep', '9'],
  ],
  [['/usr/bin/env', 'A=1', 'sleep'], null],
  [['/usr/bin/env', '-i', 'sleep'], null],
  [['/usr/bin/env'], null],
  [['/usr/bin/sleep', 'env'], null],
  [[], null],
] as const)('%j', ([argv, living]) => {
  expect(livingArgv(argv)).toEqual(living ?? argv)
})

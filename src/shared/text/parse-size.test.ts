import { expect, test } from 'vitest'
import { parseSize } from './parse-size.ts'

test.each([
  ['0', 0],
  ['4096', 4096],
  ['7B', 7],
  ['1KiB', 1024],
  ['256MiB', 268_435_456],
  ['1.5 GiB', 1_610_612_736],
  ['10GiB', 10_737_418_240],
  ['2TiB', 2_199_023_255_552],
])('%s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each(['', 'MiB', '256 mib', '256MB', '256M', '-1', '1e9', '1,5GiB', '9999999999TiB', '.5GiB', '1GiB '])(
  '%j is no size',
  (text) => {
    expect(parseSize(text)).toBeNull()
  },
)

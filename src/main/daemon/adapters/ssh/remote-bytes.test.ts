import { expect, test } from 'vitest'
import recorded from './fixtures/remote-output.json' with { type: 'json' }
import { parseListing } from './remote-bytes.ts'

const head = '3089.50 0.52 16316412 9318880'

test.each(['gnu', 'busybox'] as const)('sizes of files as %s lists them, without folders', (kind) => {
  const files = recorded[kind].files.replace(/ 0 (Nov)/, ' 5000000123 $1')
  expect(parseListing(`${head}\n${files}`)).toEqual({
    sizes: new Map([['plain.log', 5_000_000_123]]),
    uptimeSeconds: 3089.5,
    load: { load1: 0.52, memory: { totalBytes: 16_316_412 * 1024, usedBytes: (16_316_412 - 9_318_880) * 1024 } },
  })
})

test('a kernel that does not say what is available', () => {
  expect(parseListing('3089.50 0.52 16316412 \n').load).toEqual({ load1: 0.52, memory: null })
  expect(parseListing('')).toEqual({ sizes: new Map(), uptimeSeconds: null, load: { load1: null, memory: null } })
})

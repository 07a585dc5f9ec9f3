import { expect, test } from 'vitest'
import { gapSentence } from './log-gap.ts'

const at = new Date(2026, 0, 2, 10, 2).getTime()
const gap = { offset: 4096, end: 4096 + 12_400_000, time: at }

test('a gap says how much is missing, until when, and why', () => {
  expect(gapSentence({ ...gap, reason: 'bound' }, at + 60_000)).toBe(
    '12 MB dropped before 10:02 to keep the log within its limit',
  )
  expect(gapSentence({ ...gap, reason: 'host' }, at + 86_400_000)).toBe(
    '12 MB dropped before 2 Jan, 10:02 on its host, before it could be fetched',
  )
})

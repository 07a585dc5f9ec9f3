import { appendFileSync, closeSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import { type TimeEntry, TimeIndex } from './time-index.ts'

async function withIndex(use: (file: string) => void): Promise<void> {
  await using folder = await temporaryFolder()
  use(path.join(folder.path, 'idx'))
}

function filled(file: string, entries: readonly TimeEntry[]): TimeIndex {
  const index = new TimeIndex(file, 'write')
  for (const entry of entries) index.append(entry.offset, entry.time)
  return index
}

const entries = [
  { offset: 10, time: 1000 },
  { offset: 20, time: 1025 },
  { offset: 35, time: 1050 },
]

test('finds the time of a byte and the place of a time', () =>
  withIndex((file) => {
    const index = filled(file, entries)
    expect([0, 9, 10, 19, 20, 34].map((position) => index.timeAt(position))).toEqual([
      1000, 1000, 1025, 1025, 1050, 1050,
    ])
    expect(index.timeAt(35)).toBeNull()
    expect([0, 1000, 1001, 1025, 1050].map((time) => index.offsetAt(time))).toEqual([0, 0, 10, 10, 20])
    expect(index.entriesOver(10, 20)).toEqual([{ offset: 20, time: 1025 }])
    expect(index.entriesOver(9, 21)).toEqual(entries)
    index.close()
  }))

test('is laid out as pairs of big-endian float64', () =>
  withIndex((file) => {
    filled(file, entries).close()
    const bytes = readFileSync(file)
    expect(bytes.length).toBe(48)
    expect([bytes.readDoubleBE(16), bytes.readDoubleBE(24)]).toEqual([20, 1025])
  }))

test('survives a restart, a torn record and a tail of zeros', () =>
  withIndex((file) => {
    filled(file, entries).close()
    appendFileSync(file, Buffer.alloc(37))
    const index = new TimeIndex(file, 'write')
    expect(index.last).toEqual({ offset: 35, time: 1050 })
    index.append(50, 1100)
    expect(index.entriesOver(0, 50)).toEqual([...entries, { offset: 50, time: 1100 }])
    index.close()

    truncateSync(file, 16 * 4 - 3)
    const torn = new TimeIndex(file, 'read')
    expect(torn.last).toEqual({ offset: 35, time: 1050 })
    torn.close()
  }))

test('drops a last record that is no later than the one before', () =>
  withIndex((file) => {
    filled(file, entries).close()
    const record = Buffer.alloc(16)
    record.writeDoubleBE(30, 0)
    record.writeDoubleBE(2000, 8)
    appendFileSync(file, record)
    const index = new TimeIndex(file, 'read')
    expect(index.last).toEqual({ offset: 35, time: 1050 })
    index.close()
  }))

test('stays in order when the clock goes back or nothing was added', () =>
  withIndex((file) => {
    const index = filled(file, [...entries, { offset: 40, time: 900 }, { offset: 40, time: 2000 }])
    expect(index.entriesOver(35, 40)).toEqual([{ offset: 40, time: 1050 }])
    expect(statSync(file).size).toBe(64)
    index.close()
  }))

test('forgets everything when the log began anew', () =>
  withIndex((file) => {
    const index = filled(file, entries)
    index.restart()
    expect([index.last, index.timeAt(0), statSync(file).size]).toEqual([null, null, 0])
    index.append(5, 2000)
    expect(index.timeAt(0)).toBe(2000)
    index.close()
  }))

test('for reading only leaves the file alone and remembers what came since', () =>
  withIndex((file) => {
    filled(file, entries).close()
    const index = new TimeIndex(file, 'read')
    index.append(100, 3000)
    expect([index.timeAt(34), index.timeAt(35), index.timeAt(99), index.timeAt(100)]).toEqual([1050, 3000, 3000, null])
    expect(index.entriesOver(30, 60)).toEqual([
      { offset: 35, time: 1050 },
      { offset: 100, time: 3000 },
    ])
    index.restart()
    index.close()
    expect(statSync(file).size).toBe(48)
  }))

test('works from memory where the file cannot be', () => {
  const index = new TimeIndex('/nonexistent/folder/idx', 'write')
  index.append(10, 1000)
  expect(index.entriesOver(0, 10)).toEqual([{ offset: 10, time: 1000 }])
  expect(index.offsetAt(5000)).toBe(0)
  index.close()
})

test('opens a large index without reading it whole', () =>
  withIndex((file) => {
    const count = 1_000_000
    const bytes = Buffer.alloc(count * 16)
    for (let at = 0; at < count; at += 1) {
      bytes.writeDoubleBE((at + 1) * 250, at * 16)
      bytes.writeDoubleBE(1_000_000 + at * 25, at * 16 + 8)
    }
    const descriptor = openSync(file, 'w')
    writeSync(descriptor, bytes)
    closeSync(descriptor)
    const index = new TimeIndex(file, 'read')
    expect(index.timeAt(250 * 700_000)).toBe(1_000_000 + 700_000 * 25)
    expect(index.offsetAt(1_000_000 + 700_000 * 25)).toBe(250 * 700_000)
    expect(index.entriesOver(0, 250 * 1000)).toHaveLength(1000)
    index.close()
  }))

test('agrees with a linear search', () =>
  withIndex((file) => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 50 })), {
      minLength: 1,
      maxLength: 600,
    })
    fc.assert(
      fc.property(steps, fc.nat({ max: 1000 }), fc.nat({ max: 1000 }), (list, position, span) => {
        const index = new TimeIndex(file, 'write')
        index.restart()
        const known: TimeEntry[] = []
        for (const [bytes, wait] of list) {
          const last = known.at(-1) ?? { offset: 0, time: 0 }
          known.push({ offset: last.offset + bytes, time: last.time + wait })
        }
        for (const entry of known) index.append(entry.offset, entry.time)
        const covering = known.findIndex((entry) => entry.offset > position)
        const last = known.findIndex((entry) => entry.offset >= position + span)
        expect(index.timeAt(position)).toBe(known[covering]?.time ?? null)
        if (covering >= 0 && span > 0) {
          expect(index.entriesOver(position, position + span)).toEqual(
            known.slice(covering, last < 0 ? known.length : last + 1),
          )
        }
        const since = known.findIndex((entry) => entry.time >= position)
        const fallback = since < 0 ? known.length : since
        expect(index.offsetAt(position)).toBe(known[fallback - 1]?.offset ?? 0)
        index.close()
      }),
      { numRuns: 100 },
    )
  }))

test('stays small, exact for what is new and coarse for what is old', () =>
  withIndex((file) => {
    const index = new TimeIndex(file, 'write')
    const count = 120_000
    for (let at = 1; at <= count; at += 1) index.append(at * 100, at * 25)
    expect(statSync(file).size).toBeLessThanOrEqual(65_536 * 16)
    expect(index.last).toEqual({ offset: count * 100, time: count * 25 })
    const kept = index.entriesOver(0, count * 100)
    expect(
      kept.every((entry, at) => entry.time === entry.offset / 4 && entry.offset > (kept[at - 1]?.offset ?? 0)),
    ).toBe(true)
    for (let at = count - 30_000; at < count; at += 97) expect(index.timeAt(at * 100 - 1)).toBe(at * 25)
    // Of old lines the time is later than it was, but never earlier.
    for (const at of [1, 5000, 40_000, 70_000]) {
      expect(index.timeAt(at * 100 - 1)).toBeGreaterThanOrEqual(at * 25)
      expect(index.offsetAt(at * 25)).toBeLessThanOrEqual((at - 1) * 100)
    }
    index.close()
    const again = new TimeIndex(file, 'write')
    expect(again.last).toEqual({ offset: count * 100, time: count * 25 })
    again.close()
  }))

test('forgets what was dropped when it is written anew', () =>
  withIndex((file) => {
    const index = new TimeIndex(file, 'write')
    for (let at = 1; at < 65_536; at += 1) index.append(at * 10, at)
    index.forgetBefore(600_000)
    index.append(655_360, 65_536)
    expect(statSync(file).size).toBe((65_536 - 60_000) * 16)
    expect([index.timeAt(600_000), index.timeAt(655_359)]).toEqual([60_001, 65_536])
    expect(index.entriesOver(600_000, 600_011).map((entry) => entry.offset)).toEqual([600_010, 600_020])
    index.append(655_370, 65_537)
    expect(index.timeAt(655_365)).toBe(65_537)
    index.close()
  }))

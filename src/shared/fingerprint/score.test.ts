import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fingerprint } from '../domain/fingerprint.ts'
import { scoreOf } from './score.ts'

const operative: Fingerprint = {
  cmdline: ['/opt/tws', 'username=one'],
  listen: ['0.0.0.0:7496'],
  established: ['10.0.0.9:4001'],
  udp: [],
  files: ['/a', '/b', '/c', '/d'],
}
const justStarted: Fingerprint = { ...operative, listen: [], established: [], files: [] }

describe('the table of the specification', () => {
  test.each<[string, Fingerprint, Fingerprint, number]>([
    ['identical', operative, operative, 1],
    ['established gone', { ...operative, established: [] }, operative, 0.9608],
    ['1 extra file on 4', { ...operative, files: ['/a', '/b', '/c', '/d', '/e'] }, operative, 0.9346],
    ['1 of 4 files replaced', { ...operative, files: ['/a', '/b', '/c', '/e'] }, operative, 0.8529],
    ['2 of 4 files replaced', { ...operative, files: ['/a', '/b', '/e', '/f'] }, operative, 0.7059],
    ['not listening yet', { ...operative, listen: [] }, operative, 0.6078],
    ['one of two args changed', { ...operative, cmdline: ['/opt/tws', 'username=two'] }, operative, 0.5098],
    ['just started vs operative', justStarted, operative, -0.0196],
    ['both only cmdline, equal', justStarted, justStarted, 1],
  ])('%s', (_, live, saved, score) => {
    expect(scoreOf(live, saved).toFixed(4)).toBe(score.toFixed(4))
  })
})

const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 })
const readable = fc.record({ cmdline: list, listen: list, established: list, udp: list, files: list })
const nullable = fc.option(list, { nil: null })
const anyFingerprint = fc.record({
  cmdline: list,
  listen: nullable,
  established: nullable,
  udp: nullable,
  files: nullable,
})
const marks = fc.record({ ignore: list, require: list })

describe('whatever is compared', () => {
  test('the score is the same from both sides', () => {
    fc.assert(fc.property(anyFingerprint, anyFingerprint, (one, other) => scoreOf(one, other) === scoreOf(other, one)))
  })

  test('the score lies from -1 to 1, with marks too', () => {
    fc.assert(
      fc.property(anyFingerprint, anyFingerprint, marks, (live, saved, marked) => {
        const score = scoreOf(live, saved, marked)
        expect(score).toBeGreaterThanOrEqual(-1)
        expect(score).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('identical is 1, in whichever order, unless there is nothing at all', () => {
    fc.assert(
      fc.property(readable, (fingerprint) => {
        const reversed = { ...fingerprint, cmdline: fingerprint.cmdline.toReversed() }
        const { cmdline, listen, established, files } = fingerprint
        const isEmpty = cmdline.length + listen.length + established.length + files.length === 0
        expect(scoreOf(reversed, fingerprint)).toBe(isEmpty ? 0 : 1)
      }),
    )
  })

  test('UDP sockets do not count', () => {
    fc.assert(
      fc.property(readable, readable, list, (live, saved, udp) => {
        expect(scoreOf({ ...live, udp }, saved)).toBe(scoreOf(live, saved))
      }),
    )
  })
})

describe('what counts', () => {
  const empty: Fingerprint = { cmdline: [], listen: [], established: [], udp: [], files: [] }

  test('elements as often as they are there', () => {
    const [live, saved] = [
      { ...empty, files: ['/a', '/a', '/b'] },
      { ...empty, files: ['/a', '/b', '/b'] },
    ]
    expect(scoreOf(live, saved)).toBeCloseTo((4 * 2) / 6 - 1)
  })

  test('nothing in common is -1', () => {
    expect(scoreOf({ ...empty, files: ['/a'] }, { ...empty, listen: ['[::]:1'] })).toBe(-1)
  })

  test('lists that one side could not read are left out', () => {
    const partial = { ...operative, listen: null, established: null, udp: null, files: null }
    expect(scoreOf(partial, operative)).toBe(1)
    expect(scoreOf(operative, partial)).toBe(1)
    expect(scoreOf({ ...partial, cmdline: [] }, { ...operative, cmdline: [] })).toBe(0)
  })

  test('an ignored element on neither side, however often', () => {
    const rotated = { ...operative, files: ['/a', '/b', '/c', '/new', '/new'] }
    expect(scoreOf(rotated, operative, { ignore: ['/d', '/new'], require: [] })).toBe(1)
    expect(scoreOf({ ...empty, files: ['/x'] }, empty, { ignore: ['/x'], require: [] })).toBe(0)
  })

  test('without a required element the score is at most 0', () => {
    const require = ['0.0.0.0:7496']
    expect(scoreOf(operative, operative, { ignore: [], require })).toBe(1)
    expect(scoreOf({ ...operative, listen: [] }, operative, { ignore: [], require })).toBe(0)
    expect(scoreOf({ ...operative, listen: null }, operative, { ignore: [], require })).toBe(0)
    expect(scoreOf(justStarted, operative, { ignore: [], require })).toBeCloseTo(-0.0196)
  })

  test('an element may be required and ignored: it must be there and does not count', () => {
    const both = { ignore: ['/d'], require: ['/d'] }
    expect(scoreOf(operative, operative, both)).toBe(1)
    expect(scoreOf({ ...operative, files: ['/a', '/b', '/c'] }, operative, both)).toBe(0)
  })
})

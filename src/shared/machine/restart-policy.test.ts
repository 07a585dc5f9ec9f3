import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultRestartLimit, noRestarts, type RestartMemory, restartPolicies } from '../domain/restart.ts'
import { endedWell, type RunEnd } from '../domain/run-end.ts'
import {
  afterEnd,
  codeNotObservable,
  type EndedRun,
  earlyDeathMs,
  longestBackoffMs,
  longRunMs,
  machineRestarted,
  parseRestartLimit,
  restartLimitText,
} from './restart-policy.ts'

const now = 1_764_000_000_000
const middle = 0.5
const exit = (code: number | null, at = now, reason: string | null = null): RunEnd => ({
  code,
  signal: null,
  at,
  reason,
})

/** A run of `livedMs` that exited with code 1 at `at`, seen at once. */
const run = (livedMs: number | null, changes: Partial<EndedRun> = {}): EndedRun => {
  const at = changes.at ?? now
  return {
    policy: 'always',
    limit: null,
    memory: noRestarts,
    end: exit(1, at),
    startedAt: livedMs === null ? null : at - livedMs,
    at,
    jitter: middle,
    ...changes,
  }
}

/** Deaths one after the other, each run starting when the last one's delay is over. */
function live(livesMs: readonly (number | null)[], changes: Partial<EndedRun> = {}) {
  let memory: RestartMemory = noRestarts
  let at = now
  const delays: number[] = []
  for (const lived of livesMs) {
    at += lived ?? 0
    const ended = run(lived, { ...changes, memory, at })
    const { next, memory: after } = afterEnd(ended)
    memory = after
    if (next.kind !== 'restart') return { delays, next, memory }
    delays.push(next.at - at)
    at = next.at
  }
  return { delays, next: null, memory }
}

const repeat = <T>(value: T, times: number): readonly T[] => Array.from({ length: times }, () => value)

describe('delays', () => {
  test('the first restart is at once, then 1, 2, 4 ... 60 s', () => {
    const { delays, memory } = live(repeat(15_000, 10))
    expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
    expect(memory.attempts).toBe(10)
  })

  test('a run of 60 s begins again at 0, one of a millisecond less does not', () => {
    expect(live([0, 0, 0, longRunMs, 0]).delays).toEqual([0, 1000, 2000, 0, 1000])
    expect(live([0, 0, 0, longRunMs - 1, 0]).delays).toEqual([0, 1000, 2000, 4000, 8000])
  })

  test.each([
    [0, 800],
    [0.5, 1000],
    [0.999_999, 1200],
  ])('chance %d makes 1 s into %d ms', (jitter, expected) => {
    const { next } = afterEnd(run(15_000, { memory: { attempts: 1, earlyDeaths: [] }, jitter }))
    expect(next).toEqual({ kind: 'restart', at: now + expected })
  })

  test('the delay of an end that nobody saw has been running since', () => {
    const memory = { attempts: 4, earlyDeaths: [] }
    const end = exit(1, now - 3_600_000)
    const { next } = afterEnd(run(null, { end, memory, startedAt: end.at - 20_000 }))
    expect(next).toEqual({ kind: 'restart', at: end.at + 8000 })
  })

  test('any number of restarts keeps the longest delay', () => {
    const { next } = afterEnd(run(15_000, { memory: { attempts: 1_000_000, earlyDeaths: [] } }))
    expect(next).toEqual({ kind: 'restart', at: now + 60_000 })
    expect(longestBackoffMs).toBe(72_000)
  })
})

describe('policies', () => {
  const signalled: RunEnd = { code: null, signal: 'SIGKILL', at: now, reason: null }
  test.each([
    ['exit code 0', exit(0), true, false],
    ['exit code 1', exit(1), true, true],
    ['a signal', signalled, true, true],
    ['exit code 130, perhaps an interrupt', exit(130, now, 'interrupt or exit code 130'), true, true],
    ['a lost recorder', exit(null, now, 'recorder lost'), true, true],
    ['an attached program', exit(null, now, codeNotObservable), true, false],
    ['a restart of the machine', exit(null, now, machineRestarted), true, true],
  ])('%s', (_, end, always, onFailure) => {
    expect(afterEnd(run(20_000, { policy: 'always', end })).next.kind).toBe(always ? 'restart' : 'stay')
    expect(afterEnd(run(20_000, { policy: 'on-failure', end })).next.kind).toBe(onFailure ? 'restart' : 'stay')
    expect(afterEnd(run(20_000, { policy: 'never', end })).next).toEqual({ kind: 'stay' })
  })

  test('an end that nothing follows forgets what was before', () => {
    const memory = { attempts: 3, earlyDeaths: [now - 5000] }
    expect(afterEnd(run(1000, { policy: 'on-failure', end: exit(0), memory }))).toEqual({
      next: { kind: 'stay' },
      memory: noRestarts,
    })
  })
})

describe('crash loop', () => {
  const limit = defaultRestartLimit

  test('the fifth early death within 60 s gives up', () => {
    const { delays, next, memory } = live(repeat(100, 9), { limit })
    expect(delays).toEqual([0, 1000, 2000, 4000])
    expect(next).toEqual({
      kind: 'give-up',
      reason: 'Ended 5 times within 60 s, each after less than 10 s; the last time it exited with code 1',
    })
    expect(memory).toEqual(noRestarts)
  })

  test('never getting up is an early death', () => {
    expect(live(repeat(null, 5), { limit }).next?.kind).toBe('give-up')
  })

  test('lives of 10 s are no early deaths', () => {
    expect(live(repeat(earlyDeathMs - 1, 5), { limit }).next?.kind).toBe('give-up')
    expect(live(repeat(earlyDeathMs, 30), { limit }).next).toBe(null)
  })

  test('a long run between them forgets the early deaths', () => {
    expect(live([1, 1, 1, 1, longRunMs, 1, 1, 1, 1], { limit }).next).toBe(null)
    expect(live([1, 1, 1, 1, 20_000, 1], { limit }).next?.kind).toBe('give-up')
  })

  test('deaths longer ago than the limit do not count', () => {
    const four = (first: number): RestartMemory => ({ attempts: 4, earlyDeaths: [first, now - 3, now - 2, now - 1] })
    expect(afterEnd(run(1, { limit, memory: four(now - 60_000) })).next.kind).toBe('give-up')
    const kept = afterEnd(run(1, { limit, memory: four(now - 60_001) }))
    expect(kept.next.kind).toBe('restart')
    expect(kept.memory.earlyDeaths).toEqual([now - 3, now - 2, now - 1, now])
  })

  test('without a limit it never gives up and remembers no deaths', () => {
    const { delays, next, memory } = live(repeat(0, 50), { limit: null })
    expect(delays).toHaveLength(50)
    expect(next).toBe(null)
    expect(memory).toEqual({ attempts: 50, earlyDeaths: [] })
  })

  test('a limit of one death says so in one clause', () => {
    const end: RunEnd = { code: null, signal: 'SIGSEGV', at: now, reason: 'core dumped' }
    expect(afterEnd(run(1, { limit: { deaths: 1, withinMs: 60_000 }, end })).next).toEqual({
      kind: 'give-up',
      reason: 'Ended after less than 10 s: it ended by SIGSEGV (core dumped)',
    })
  })

  test('a limit lowered while it restarts holds at the next early death', () => {
    const memory = { attempts: 4, earlyDeaths: [now - 4, now - 3, now - 2, now - 1] }
    const { next } = afterEnd(run(1, { limit: { deaths: 2, withinMs: 1_200_000 }, memory }))
    expect(next).toMatchObject({ reason: expect.stringMatching(/^Ended 2 times within 1,200 s, /) })
  })
})

describe('a restart of the machine', () => {
  test('starts again at once and is no death', () => {
    const memory = { attempts: 6, earlyDeaths: [now - 4, now - 3, now - 2, now - 1] }
    const end = exit(null, now, machineRestarted)
    for (const startedAt of [null, now - 1]) {
      expect(afterEnd(run(null, { limit: defaultRestartLimit, memory, end, startedAt }))).toEqual({
        next: { kind: 'restart', at: now },
        memory: noRestarts,
      })
    }
  })
})

describe('a clock that was set back', () => {
  const limit = { deaths: 1, withinMs: 60_000 }
  const hour = 3_600_000

  test.each([
    ['while it ran', exit(1, now), now],
    ['between its end and now', exit(1, now + hour + 5000), now],
  ])('%s: neither early death nor long run, and no longer delay', (_, end, at) => {
    const memory = { attempts: 2, earlyDeaths: [] }
    const { next, memory: after } = afterEnd(run(null, { limit, memory, end, at, startedAt: now + hour }))
    expect(next).toEqual({ kind: 'restart', at: now + 2000 })
    expect(after).toEqual({ attempts: 3, earlyDeaths: [] })
  })

  test('deaths noted before it do not wait for the clock to catch up', () => {
    const memory = { attempts: 4, earlyDeaths: [1, 2, 3, 4].map((step) => now + hour + step) }
    const { next, memory: after } = afterEnd(run(1, { limit: defaultRestartLimit, memory }))
    expect(next.kind).toBe('restart')
    expect(after.earlyDeaths).toEqual([now])
  })
})

describe('for every end', () => {
  const moment = fc.integer({ min: now - 200_000, max: now + 200_000 })
  const arbitraryLimit = fc.option(
    fc.record({
      deaths: fc.integer({ min: 1, max: 8 }),
      withinMs: fc.integer({ min: 1, max: 300 }).map((s) => s * 1000),
    }),
  )
  const arbitraryEnd: fc.Arbitrary<RunEnd> = fc.record({
    code: fc.option(fc.integer({ min: 0, max: 255 })),
    signal: fc.option(fc.constantFrom('SIGTERM', 'SIGKILL')),
    at: moment,
    reason: fc.constantFrom(null, 'recorder lost', codeNotObservable, machineRestarted),
  })
  const arbitraryRun: fc.Arbitrary<EndedRun> = fc.record({
    policy: fc.constantFrom(...restartPolicies),
    limit: arbitraryLimit,
    memory: fc.record({
      attempts: fc.nat({ max: 5000 }),
      earlyDeaths: fc.array(moment, { maxLength: 8 }).map((deaths) => deaths.sort((one, other) => one - other)),
    }),
    end: arbitraryEnd,
    startedAt: fc.option(moment),
    at: moment,
    jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })

  test('the delay lies between nothing and a fifth more than a minute, from now at the latest', () => {
    fc.assert(
      fc.property(arbitraryRun, (ended) => {
        const { next } = afterEnd(ended)
        if (next.kind !== 'restart') return
        expect(Number.isInteger(next.at)).toBe(true)
        expect(next.at).toBeGreaterThanOrEqual(Math.min(ended.at, ended.end.at))
        expect(next.at).toBeLessThanOrEqual(Math.min(ended.at, ended.end.at) + longestBackoffMs)
      }),
    )
  })

  test('what is remembered is in order, in the past, within the limit and less than it takes to give up', () => {
    fc.assert(
      fc.property(arbitraryRun, (ended) => {
        const { memory } = afterEnd(ended)
        const deaths = memory.earlyDeaths
        expect(deaths).toEqual([...deaths].sort((one, other) => one - other))
        for (const death of deaths) {
          expect(death).toBeLessThanOrEqual(ended.at)
          expect(Math.min(ended.at, ended.end.at) - death).toBeLessThanOrEqual(ended.limit?.withinMs ?? -1)
        }
        expect(deaths.length === 0 || deaths.length < (ended.limit?.deaths ?? 0)).toBe(true)
      }),
    )
  })

  test('never stays, always does not, and on-failure stays down after a success', () => {
    fc.assert(
      fc.property(arbitraryRun, (ended) => {
        const { kind } = afterEnd(ended).next
        if (ended.policy === 'never') expect(kind).toBe('stay')
        if (ended.policy === 'always') expect(kind).not.toBe('stay')
        if (ended.policy === 'on-failure' && endedWell(ended.end)) expect(kind).toBe('stay')
        if (ended.limit === null) expect(kind).not.toBe('give-up')
      }),
    )
  })

  test('a program that always dies early is given up after exactly as many deaths as the limit names', () => {
    const shortLives = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(shortLives, fc.integer({ min: 1, max: 8 }), (lives, deaths) => {
        const { delays, next } = live(lives, { limit: { deaths, withinMs: 600_000 } })
        expect(delays).toHaveLength(deaths - 1)
        expect(next?.kind).toBe('give-up')
      }),
    )
  })

  test('a program that lives a minute each time is restarted at once for ever', () => {
    const longLives = fc.array(fc.integer({ min: longRunMs, max: 10 * longRunMs }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(longLives, arbitraryLimit, (lives, limit) => {
        expect(live(lives, { limit })).toMatchObject({ delays: lives.map(() => 0), next: null })
      }),
    )
  })
})

describe('the restart limit as text', () => {
  test.each([
    ['5/60', { deaths: 5, withinMs: 60_000 }],
    ['1/1', { deaths: 1, withinMs: 1000 }],
    ['1000/86400', { deaths: 1000, withinMs: 86_400_000 }],
    ['none', null],
  ])('%s', (text, limit) => {
    expect(parseRestartLimit(text)).toEqual({ ok: true, value: limit })
    expect(restartLimitText(limit)).toBe(text)
  })

  test.each([
    ['', 'neither "none" nor of the form'],
    ['5', 'neither'],
    ['5/', 'neither'],
    ['/60', 'neither'],
    ['5/60s', 'neither'],
    ['5/1.5', 'neither'],
    ['-5/60', 'neither'],
    ['5/60/2', 'neither'],
    ['None', 'neither'],
    ['5/60\n', 'neither'],
    ['0/60', 'names 0 deaths; 1 to 1,000'],
    ['1001/60', 'names 1001 deaths'],
    ['5/0', 'names 0 seconds; 1 to 86,400'],
    ['5/86401', 'names 86401 seconds'],
    [`5/${'9'.repeat(400)}`, 'seconds; 1 to 86,400'],
  ])('"%s" is refused: %s', (text, words) => {
    const result = parseRestartLimit(text)
    expect(result).toMatchObject({ ok: false, code: 'bad_input', hint: expect.stringContaining('5/60') })
    if (!result.ok) expect(result.message).toContain(words)
  })

  test('every limit survives its text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 86_400 }), (deaths, seconds) => {
        const limit = { deaths, withinMs: seconds * 1000 }
        expect(parseRestartLimit(restartLimitText(limit))).toEqual({ ok: true, value: limit })
      }),
    )
  })
})

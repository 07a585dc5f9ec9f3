import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AfterStop, mayBeRunning, type Program } from '../domain/life.ts'
import type { AfterEnd } from '../domain/restart.ts'
import type { LifeEffect, LifeEvent } from './life-event.ts'
import { initialState, type ProcessState, step } from './life-machine.ts'

const program = (pid: number): Program => ({ identity: { bootId: 'boot', pid, startTime: '1' }, shimPid: pid - 1 })
const end = { code: 7, signal: null, at: 50, reason: null }

function play(events: readonly LifeEvent[], from: ProcessState = initialState) {
  const effects: LifeEffect[] = []
  let state = from
  for (const event of events) {
    const next = step(state, event)
    state = next.state
    effects.push(...next.effects)
  }
  return { state, effects }
}

const start: LifeEvent = { kind: 'start', at: 1, by: 'user', open: true }
const closedStart: LifeEvent = { kind: 'start', at: 1, by: 'user', open: false }
const seen = (run: number, readyBy: number | null = null): LifeEvent => ({
  kind: 'program-seen',
  at: 2,
  run,
  program: program(100 + run),
  readyBy,
})
const ended = (run: number, next: AfterEnd = { kind: 'stay' }, open = true): LifeEvent => ({
  kind: 'ended',
  run,
  end,
  next,
  open,
})
const afterStops: Readonly<Record<AfterStop['kind'], AfterStop>> = {
  down: { kind: 'down', reason: 'Stopped by you' },
  start: { kind: 'start' },
  wait: { kind: 'wait' },
  fail: { kind: 'fail', reason: 'not ready' },
}
const stop = (next: AfterStop['kind'] = 'down'): LifeEvent => ({
  kind: 'stop',
  at: 3,
  by: 'user',
  graceMs: 10,
  next: afterStops[next],
})
const lost: LifeEvent = { kind: 'lost', at: 7, reason: 'Host a is unreachable' }
const gone = (run: number, open = true): LifeEvent => ({ kind: 'tree-gone', at: 9, run, open, failed: null })

describe('life machine', () => {
  test('a run that ends by itself keeps its exit code', () => {
    const { state } = play([start, seen(1), ended(1)])
    expect(state).toEqual({ run: 1, life: { kind: 'exited', run: 1, end } })
  })

  test('a stop ends when the tree has, not when the program has', () => {
    const asked = play([start, seen(1), stop()])
    expect(asked.effects.slice(1)).toEqual([{ kind: 'signal-tree' }, { kind: 'arm-kill', at: 13 }])
    const programGone = step(asked.state, ended(1))
    expect(programGone.state.life.kind).toBe('stopping')
    expect(programGone.effects).toEqual([{ kind: 'look-for-tree' }])
    const over = step(programGone.state, gone(1))
    expect(over.state.life).toMatchObject({ kind: 'down', since: 9 })
  })

  test('the countdown leads to a kill once', () => {
    const { state } = play([start, seen(1), stop()])
    const killed = step(state, { kind: 'kill', at: 13, run: 1 })
    expect(killed.effects).toEqual([{ kind: 'disarm-kill' }, { kind: 'kill-tree' }])
    expect(step(killed.state, { kind: 'kill', at: 14, run: 1 }).effects).toEqual([])
  })

  test('a stop asked before the program reported itself signals it when it does', () => {
    const { state } = play([start, stop()])
    const next = step(state, seen(1))
    expect(next.effects).toEqual([{ kind: 'signal-tree' }])
    expect(next.state.life).toMatchObject({ kind: 'stopping', program: program(101) })
  })

  test('a restart is one stop and the next run', () => {
    const { state, effects } = play([start, seen(1), stop('start'), ended(1), gone(1)])
    expect(state).toEqual({ run: 2, life: { kind: 'starting', run: 2, since: 9, program: null, readyBy: null } })
    expect(effects.at(-1)).toEqual({ kind: 'launch', run: 2 })
  })

  test('a start during a stop waits for its end', () => {
    const { state, effects } = play([start, seen(1), stop(), start])
    expect(effects.filter((effect) => effect.kind === 'launch')).toHaveLength(1)
    expect(step(state, gone(1)).effects).toContainEqual({ kind: 'launch', run: 2 })
  })

  test('the late end of an earlier run does not end the new one', () => {
    const { state } = play([start, seen(1), ended(1), start, seen(2)])
    expect(step(state, ended(1)).state).toBe(state)
  })

  test('a program that could not be started is failed, with the reason', () => {
    const { state } = play([start, { kind: 'could-not-start', at: 4, run: 1, reason: 'not found' }])
    expect(state.life).toEqual({ kind: 'failed', since: 4, because: 'could-not-start', reason: 'not found' })
    const later = play([start, seen(1), { kind: 'could-not-start', at: 4, run: 1, reason: 'not found' }])
    expect(later.state.life.kind).toBe('failed')
  })

  test('the restart policy starts again at once, later, or not at all', () => {
    const atOnce = play([start, seen(1), ended(1, { kind: 'restart', at: 50 })])
    expect(atOnce.state).toMatchObject({ run: 2, life: { kind: 'starting' } })
    const later = play([start, seen(1), ended(1, { kind: 'restart', at: 90 })])
    expect(later.state).toEqual({ run: 1, life: { kind: 'backoff', run: 1, since: 50, until: 90, end } })
    expect(later.effects.at(-1)).toEqual({ kind: 'arm-restart', at: 90 })
    const due = step(later.state, { kind: 'restart-due', at: 90, run: 1, open: true })
    expect(due.effects).toEqual([{ kind: 'launch', run: 2 }])
    const gaveUp = play([start, seen(1), ended(1, { kind: 'give-up', reason: 'too often' })])
    expect(gaveUp.state.life).toEqual({ kind: 'failed', since: 50, because: 'crash-loop', reason: 'too often' })
  })

  test('a start that may not be launched yet is blocked until its gate opens', () => {
    const blocked = play([closedStart])
    expect(blocked).toEqual({ state: { run: 0, life: { kind: 'blocked', since: 1, isRestart: false } }, effects: [] })
    expect(step(blocked.state, closedStart).state).toBe(blocked.state)
    const opened = step(blocked.state, { kind: 'gate-opened', at: 5 })
    expect(opened.effects).toEqual([{ kind: 'launch', run: 1 }])
  })

  test.each([
    ['an end', ended(1, { kind: 'restart', at: 50 }, false)],
    ['a back-off', { kind: 'restart-due', at: 60, run: 1, open: false } as const],
  ])('%s whose restart may not be launched is blocked as a restart', (_, event) => {
    const events = event.kind === 'ended' ? [event] : [ended(1, { kind: 'restart', at: 60 }), event]
    const { state, effects } = play([start, seen(1), ...events])
    expect(state.life).toMatchObject({ kind: 'blocked', isRestart: true })
    expect(effects.filter(({ kind }) => kind === 'launch')).toHaveLength(1)
  })

  test('what waits or is in back-off is stopped at once, and a person can start it before its time', () => {
    expect(play([closedStart, stop()]).state.life).toEqual({ kind: 'down', since: 3, reason: 'Stopped by you' })
    const backoff = [start, seen(1), ended(1, { kind: 'restart', at: 90 })]
    expect(play([...backoff, stop()]).state.life.kind).toBe('down')
    expect(play([...backoff, start]).state).toMatchObject({ run: 2, life: { kind: 'starting' } })
  })

  test('a program with a readiness check is up when it is ready', () => {
    const begun = play([start, seen(1, 60)])
    expect(begun.state.life).toEqual({ kind: 'starting', run: 1, since: 1, program: program(101), readyBy: 60 })
    expect(begun.effects.at(-1)).toEqual({ kind: 'watch-ready' })
    const ready = step(begun.state, { kind: 'ready', at: 30, run: 1 })
    expect(ready.state.life).toEqual({ kind: 'up', run: 1, since: 30, program: program(101) })
    expect(step(ready.state, { kind: 'ready', at: 31, run: 1 }).state).toBe(ready.state)
  })

  test('a program that is not ready in time is ended, and its policy decides', () => {
    const late: LifeEvent = { kind: 'not-ready', at: 60, run: 1, reason: 'late', graceMs: 10 }
    const { state } = play([start, seen(1, 60), late])
    expect(state.life).toMatchObject({ kind: 'stopping', next: { kind: 'fail', reason: 'late' } })
    const stays = step(state, {
      kind: 'tree-gone',
      at: 70,
      run: 1,
      open: true,
      failed: { end, next: { kind: 'stay' } },
    })
    expect(stays.state.life).toEqual({ kind: 'failed', since: 70, because: 'not-ready', reason: 'late' })
    const next: AfterEnd = { kind: 'restart', at: 40 }
    const again = step(state, { kind: 'tree-gone', at: 70, run: 1, open: true, failed: { end, next } })
    expect(again.effects).toContainEqual({ kind: 'launch', run: 2 })
  })

  test('a stop that waits for a parent leaves it blocked as a restart', () => {
    const { state } = play([start, seen(1), stop('wait'), ended(1), gone(1)])
    expect(state.life).toEqual({ kind: 'blocked', since: 9, isRestart: true })
  })

  test('a stopped program is paused until it goes on, and can be stopped for good', () => {
    const { state } = play([start, seen(1), { kind: 'paused', at: 5, run: 1 }])
    expect(state.life).toEqual({ kind: 'paused', run: 1, since: 5, program: program(101) })
    expect(step(state, { kind: 'continued', at: 6, run: 1 }).state.life.kind).toBe('up')
    expect(step(state, stop()).effects).toContainEqual({ kind: 'signal-tree' })
  })

  test('a program that was found running is a run of its own; while one runs nothing is taken', () => {
    const found: LifeEvent = { kind: 'adopted', at: 5, program: program(7) }
    const { state } = play([start, seen(1), ended(1), found])
    expect(state).toEqual({ run: 2, life: { kind: 'up', run: 2, since: 5, program: program(7) } })
    expect(step(state, found).state).toBe(state)
  })

  test('of several candidates none is taken and none is started', () => {
    const several: LifeEvent = { kind: 'several-candidates', at: 5, candidates: [{ pid: 7, command: 'x' }] }
    const { state } = play([several])
    expect(state.life.kind).toBe('ambiguous')
    expect(step(state, start)).toEqual({ state, effects: [] })
    expect(step(state, stop()).state.life.kind).toBe('down')
    const chosen = step(state, { kind: 'adopted', at: 6, program: program(7) })
    expect(chosen.state.life.kind).toBe('up')
  })

  test('what is on a lost host is unknown, keeps what was known of it, and is launched no second time', () => {
    const { state, effects } = play([start, seen(1), lost, start, { ...lost, reason: 'Host b is unreachable' }])
    const unknown = { kind: 'unknown', since: 7, reason: 'Host b is unreachable', last: 'up', program: program(101) }
    expect(state).toEqual({ run: 1, life: { ...unknown, stop: null } })
    expect(effects.filter(({ kind }) => kind === 'launch')).toHaveLength(1)
    expect(play([seen(1)], state).state.life).toMatchObject({ kind: 'up', program: program(101) })
    expect(play([ended(1)], state).state.life.kind).toBe('exited')
  })

  test('a stop on a lost host is remembered, before and after the loss', () => {
    const during = play([start, seen(1), stop('start'), lost])
    expect(during.state.life).toMatchObject({ kind: 'unknown', stop: afterStops.start })
    expect(during.effects).toContainEqual({ kind: 'disarm-kill' })
    const after = play([start, seen(1), lost, stop()])
    expect(after.state.life).toMatchObject({ kind: 'unknown', stop: afterStops.down })
    expect(after.effects.map(({ kind }) => kind)).toEqual(['launch'])
  })

  test('a start that never began before its host was lost has failed', () => {
    const { state } = play([start, lost])
    expect(state.life).toMatchObject({ kind: 'unknown', last: 'starting', program: null })
    expect(step(state, { kind: 'could-not-start', at: 8, run: 1, reason: 'x' }).state.life.kind).toBe('failed')
  })
})

const nexts: readonly AfterEnd[] = [
  { kind: 'stay' },
  { kind: 'restart', at: 50 },
  { kind: 'restart', at: 99 },
  { kind: 'give-up', reason: 'x' },
]
const run = fc.integer({ min: 0, max: 6 })

const anyEvent = fc.oneof(
  fc.constantFrom(start, closedStart, { kind: 'gate-opened', at: 4 } as const),
  fc.tuple(run, fc.constantFrom(null, 60)).map(([number, readyBy]) => seen(number, readyBy)),
  fc.tuple(run, fc.constantFrom(...nexts), fc.boolean()).map(([number, next, open]) => ended(number, next, open)),
  fc.constantFrom(stop('down'), stop('start'), stop('wait'), stop('fail')),
  fc.tuple(run, fc.boolean()).map(([number, open]) => gone(number, open)),
  run.map((number): LifeEvent => ({ kind: 'kill', at: 5, run: number })),
  run.map((number): LifeEvent => ({ kind: 'ready', at: 5, run: number })),
  run.map((number): LifeEvent => ({ kind: 'not-ready', at: 5, run: number, reason: 'x', graceMs: 1 })),
  fc.tuple(run, fc.boolean()).map(([number, open]): LifeEvent => ({ kind: 'restart-due', at: 5, run: number, open })),
  run.map((number): LifeEvent => ({ kind: 'paused', at: 5, run: number })),
  run.map((number): LifeEvent => ({ kind: 'continued', at: 5, run: number })),
  run.map((number): LifeEvent => ({ kind: 'tree-survived', at: 6, run: number, pids: [5] })),
  run.map((number): LifeEvent => ({ kind: 'could-not-start', at: 6, run: number, reason: 'x' })),
  fc.constantFrom<LifeEvent[]>(
    { kind: 'adopted', at: 6, program: program(7) },
    { kind: 'several-candidates', at: 6, candidates: [] },
    lost,
  ),
)

describe('life machine, any order of events', () => {
  test('never launches while something may be running, and numbers runs one by one', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state = initialState
        for (const event of events) {
          const before = state
          const next = step(before, event)
          const launches = next.effects.filter((effect) => effect.kind === 'launch')
          expect(launches.length).toBeLessThanOrEqual(1)
          if (launches.length === 1) {
            // The end of a run is the one moment at which it is known that nothing runs any more.
            const isEnd = event.kind === 'tree-gone' || event.kind === 'ended'
            expect(mayBeRunning(before.life) && !isEnd).toBe(false)
            expect(!('open' in event) || event.open).toBe(true)
            expect(next.state.run).toBe(before.run + 1)
            expect(next.state.life.kind).toBe('starting')
          } else {
            expect(next.state.run).toBe(event.kind === 'adopted' && next.state !== before ? before.run + 1 : before.run)
          }
          state = next.state
        }
      }),
    )
  })

  test('signals and kills only after a stop was asked', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state = initialState
        for (const event of events) {
          const next = step(state, event)
          if (next.effects.some((effect) => effect.kind === 'signal-tree' || effect.kind === 'kill-tree')) {
            expect(next.state.life.kind).toBe('stopping')
          }
          state = next.state
        }
      }),
    )
  })

  test('an event of another run changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), anyEvent, (events, event) => {
        const { state } = play(events)
        if ('run' in event && event.run !== state.run) expect(step(state, event)).toEqual({ state, effects: [] })
      }),
    )
  })
})

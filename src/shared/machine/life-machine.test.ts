import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayBeRunning, type Program } from '../domain/life.ts'
import { initialState, type LifeEffect, type LifeEvent, type ProcessState, step } from './life-machine.ts'

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

const start: LifeEvent = { kind: 'start', at: 1, by: 'user' }
const seen = (run: number): LifeEvent => ({ kind: 'program-seen', at: 2, run, program: program(100 + run) })
const ended = (run: number): LifeEvent => ({ kind: 'ended', run, end })
const stop = (next: 'down' | 'start' = 'down'): LifeEvent => ({ kind: 'stop', at: 3, by: 'user', graceMs: 10, next })

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
    const gone = step(programGone.state, { kind: 'tree-gone', at: 9, run: 1 })
    expect(gone.state.life).toMatchObject({ kind: 'down', since: 9 })
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
    const { state, effects } = play([start, seen(1), stop('start'), ended(1), { kind: 'tree-gone', at: 9, run: 1 }])
    expect(state).toEqual({ run: 2, life: { kind: 'starting', run: 2, since: 9 } })
    expect(effects.at(-1)).toEqual({ kind: 'launch', run: 2 })
  })

  test('a start during a stop waits for its end', () => {
    const { state, effects } = play([start, seen(1), stop(), start])
    expect(effects.filter((effect) => effect.kind === 'launch')).toHaveLength(1)
    expect(step(state, { kind: 'tree-gone', at: 9, run: 1 }).effects).toContainEqual({ kind: 'launch', run: 2 })
  })

  test('the late end of an earlier run does not end the new one', () => {
    const { state } = play([start, seen(1), ended(1), start, seen(2)])
    expect(step(state, ended(1)).state).toBe(state)
  })

  test('a program that could not be started is failed, with the reason', () => {
    const { state } = play([start, { kind: 'could-not-start', at: 4, run: 1, reason: 'not found' }])
    expect(state.life).toEqual({ kind: 'failed', since: 4, reason: 'not found' })
    const later = play([start, seen(1), { kind: 'could-not-start', at: 4, run: 1, reason: 'not found' }])
    expect(later.state.life.kind).toBe('failed')
  })
})

const anyEvent = fc.oneof(
  fc.constant(start),
  fc.integer({ min: 0, max: 6 }).map(seen),
  fc.integer({ min: 0, max: 6 }).map(ended),
  fc.constantFrom(stop('down'), stop('start')),
  fc.integer({ min: 0, max: 6 }).map((run): LifeEvent => ({ kind: 'kill', at: 5, run })),
  fc.integer({ min: 0, max: 6 }).map((run): LifeEvent => ({ kind: 'tree-gone', at: 6, run })),
  fc.integer({ min: 0, max: 6 }).map((run): LifeEvent => ({ kind: 'tree-survived', at: 6, run, pids: [5] })),
  fc.integer({ min: 0, max: 6 }).map((run): LifeEvent => ({ kind: 'could-not-start', at: 6, run, reason: 'x' })),
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
            const isEndOfStop = event.kind === 'tree-gone' && before.life.kind === 'stopping'
            expect(mayBeRunning(before.life) && !isEndOfStop).toBe(false)
            expect(next.state.run).toBe(before.run + 1)
            expect(next.state.life.kind).toBe('starting')
          } else {
            expect(next.state.run).toBe(before.run)
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

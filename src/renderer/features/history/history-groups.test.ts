import { describe, expect, test } from 'vitest'
import type { Life, Program } from '../../../shared/domain/life.ts'
import type { HistoryEntry } from '../../../shared/domain/rows.ts'
import { groupByRun } from './history-groups.ts'

const program: Program = { identity: { bootId: 'b', pid: 7, startTime: '1' }, shimPid: 6 }
const recorded: Life = { kind: 'new' }
const starting = (run: number): Life => ({ kind: 'starting', run, since: 1, program: null, readyBy: null })
const notReady = (run: number): Life => ({ kind: 'starting', run, since: 1, program, readyBy: 9 })
const up = (run: number): Life => ({ kind: 'up', run, since: 1, program })
const down: Life = { kind: 'down', since: 1, reason: 'Stopped by you' }
const blocked: Life = { kind: 'blocked', since: 1, isRestart: false }

/** Newest first, from what happened in order. */
const history = (...what: (Life | string)[]): HistoryEntry[] =>
  what
    .map(
      (each, id): HistoryEntry => ({
        id,
        at: id,
        actor: 'user',
        why: null,
        what:
          typeof each === 'string'
            ? { kind: 'state', label: each, score: 1 }
            : { kind: 'life', event: 'x', life: each },
      }),
    )
    .reverse()
const outline = (entries: HistoryEntry[], isWhole = false) =>
  groupByRun(entries, isWhole).map((group) => [group.run, group.entries.map(({ id }) => id)])

describe('entries by run', () => {
  test('a whole history, newest first', () => {
    const entries = history(recorded, blocked, starting(1), up(1), 'operative', down, starting(2), notReady(2), up(2))
    expect(outline(entries)).toEqual([
      [2, [8, 7, 6]],
      [1, [5, 4, 3, 2]],
      [0, [1, 0]],
    ])
  })

  test('a history that begins in the middle says what it can', () => {
    expect(outline(history('operative', down, starting(5)))).toEqual([
      [5, [2]],
      [4, [1, 0]],
    ])
    expect(outline(history('operative', up(5)))).toEqual([[5, [1, 0]]])
    expect(outline(history('operative'))).toEqual([[null, [0]]])
  })

  test('a process that never ran', () => expect(outline(history(recorded, blocked))).toEqual([[0, [1, 0]]]))
  test('one that waits, of which nothing older is known', () =>
    expect(outline(history(blocked), true)).toEqual([[0, [0]]]))
  test('nothing', () => expect(groupByRun([], true)).toEqual([]))
})

import { describe, expect, test } from 'vitest'
import type { Life } from '../../../shared/domain/life.ts'
import { nodeFact } from './node-fact.ts'

const now = 1_000_000
const program = { identity: { bootId: 'b', pid: 1, startTime: '1' }, shimPid: 2 }
const end = (code: number | null, signal: string | null) => ({ code, signal, at: now, reason: null })

const lives: readonly (readonly [string, Life, string | null, string, string])[] = [
  ['its state', { kind: 'up', run: 1, since: 0, program }, 'operative', 'operative', 'operative'],
  ['nothing without one', { kind: 'up', run: 1, since: 0, program }, null, '', ''],
  [
    'how long it has been starting',
    { kind: 'starting', run: 1, since: now - 41_000, program, readyBy: now + 19_000 },
    null,
    '41 s of 60 s',
    '41 s',
  ],
  ['its exit code', { kind: 'exited', run: 1, end: end(0, null) }, null, 'exit 0', 'exit 0'],
  ['its signal', { kind: 'exited', run: 1, end: end(null, 'SIGKILL') }, null, 'SIGKILL', 'SIGKILL'],
  [
    'when it starts again',
    { kind: 'backoff', run: 1, since: now, until: now + 3500, end: end(1, null) },
    null,
    'in 4 s',
    'in 4 s',
  ],
  ['nothing while it waits', { kind: 'blocked', since: now, isRestart: false }, null, '', ''],
]

describe('beside the status stands', () => {
  test.each(lives)('%s', (_, life, state, wide, narrow) => {
    expect(nodeFact({ life, state }, now, 'wide')).toBe(wide)
    expect(nodeFact({ life, state }, now, 'narrow')).toBe(narrow)
  })
})

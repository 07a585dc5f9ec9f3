import { describe, expect, test } from 'vitest'
import type { Life } from '../domain/life.ts'
import { endRemark, failureBody, failureTitle, nameList } from './notices.ts'

const end = (code: number | null, signal: string | null = null) => ({ code, signal, at: 5000, reason: null })
const told = { startedAt: 1000, lastEnd: end(1), restarts: 7 }
const failed = (because: 'could-not-start' | 'not-ready' | 'crash-loop', reason: string) =>
  ({ kind: 'failed', since: 1, because, reason }) as const satisfies Life

describe('what a notification says', () => {
  test.each([
    [
      { kind: 'exited', run: 1, end: end(137) },
      'x failed (exit 137)',
      'Exited with code 137 (killed) after 4 s, in desk',
    ],
    [
      { kind: 'exited', run: 1, end: end(null, 'SIGSEGV') },
      'x failed (SIGSEGV)',
      'Ended by SIGSEGV after 4 s, in desk',
    ],
    [failed('could-not-start', '/x was not found'), 'x could not start', '/x was not found, in desk'],
    [failed('not-ready', 'Port 80 stayed closed'), 'x was not ready in time', 'Port 80 stayed closed, in desk'],
    [failed('crash-loop', 'Ended 5 times'), 'Gave up restarting x (exit 1)', 'Ended 5 times, in desk'],
    [
      { kind: 'backoff', run: 1, since: 1, until: 2, end: end(1) },
      'x keeps failing (exit 1)',
      'Restarted 7 times so far, in desk',
    ],
    [
      { kind: 'backoff', run: 1, since: 1, until: 2, end: end(0) },
      'x keeps ending (exit 0)',
      'Restarted 7 times so far, in desk',
    ],
  ] as const)('%j', (life, title, body) => {
    expect(failureTitle('x', life, told)).toBe(title)
    expect(failureBody('desk', life, told)).toBe(body)
  })

  test('nothing is made up where nobody knows', () => {
    expect(endRemark(end(null))).toBe('')
    const life = { kind: 'exited', run: 1, end: end(null) } as const
    expect(failureBody(undefined, life, { ...told, startedAt: null })).toBe('Ended, exit code unknown')
  })

  test.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c, d, e and f'],
    [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more'],
  ])('%j read %j', (names, text) => {
    expect(nameList(names)).toBe(text)
  })
})

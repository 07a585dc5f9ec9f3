import { describe, expect, test } from 'vitest'
import { exited, row, up } from '../../../test/helpers/desktop-rows.ts'
import type { Life } from '../../shared/domain/life.ts'
import { decideNotification } from './notification-rules.ts'

const end = (code: number, at: number) => ({ code, signal: null, at, reason: null })
const failed = (because: 'could-not-start' | 'not-ready' | 'crash-loop', since = 5000): Life => ({
  kind: 'failed',
  since,
  because,
  reason: 'x',
})
const starting: Life = { kind: 'starting', run: 2, since: 3000, program: null, readyBy: null }
const upAgain: Life = { ...up, run: 2 }
const down: Life = { kind: 'down', since: 4000, reason: 'Stopped by you' }
const unknown: Life = { kind: 'unknown', since: 9000, reason: 'Not seen yet', last: 'up', program: null, stop: null }
const blocked: Life = { kind: 'blocked', since: 1, isRestart: false }
const paused: Life = { ...up, kind: 'paused' }
const stopping: Life = {
  kind: 'stopping',
  run: 1,
  since: 1,
  killAt: 2,
  program: null,
  by: 'user',
  next: { kind: 'down', reason: 'Stopped by you' },
  survivors: [],
}
const backoff = (delayMs: number, since = 2000): Life => ({
  kind: 'backoff',
  run: 1,
  since,
  until: since + delayMs,
  end: end(1, since),
})

const decide = (before: Life | null, after: Life | null) =>
  decideNotification(before === null ? undefined : row('a', before), after === null ? undefined : row('a', after)).kind

describe('what a change means for notifications', () => {
  test.each<[string, Life | null, Life, string]>([
    ['an exit with another code', up, exited(137), 'show'],
    ['an end by a signal', up, exited(null, 2000, 'SIGSEGV'), 'show'],
    ['an end before it was ready', starting, exited(1), 'show'],
    ['a program that was not found', starting, failed('could-not-start'), 'show'],
    ['a start that was not ready in time', stopping, failed('not-ready'), 'show'],
    ['a crash loop that was given up', backoff(4000), failed('crash-loop'), 'show'],
    ['a process whose first row is its failure', null, failed('could-not-start'), 'show'],
    ['the next failure, with nothing seen between', exited(1, 2000), exited(1, 9000), 'show'],
    ['the same failure again', exited(1, 2000), exited(1, 2000), 'nothing'],
    ['a failure that a starting daemon finds', unknown, exited(1), 'nothing'],
    ['a failure while its host was lost', unknown, exited(1, 9500), 'show'],
    ['a good end', up, exited(0), 'withdraw'],
    ['a quick restart', up, backoff(2000), 'nothing'],
    ['the last quick restart with all its jitter', up, backoff(9600), 'nothing'],
    ['a restart after many others', up, backoff(12_800), 'show-once'],
    ['the same restart again', backoff(12_800), backoff(12_800), 'nothing'],
    ['a stop by a person', up, stopping, 'withdraw'],
    ['the end of a stop', stopping, down, 'withdraw'],
    ['a start by a person', exited(1), starting, 'withdraw'],
    ['a start that waits for others', failed('crash-loop'), blocked, 'withdraw'],
    ['a start with nothing seen between', exited(1), upAgain, 'withdraw'],
    ['a restart by the policy', backoff(12_800), starting, 'nothing'],
    ['a restart by the policy that runs', starting, upAgain, 'withdraw-when-lasting'],
    ['the state of a running process', up, up, 'nothing'],
    ['a pause', up, paused, 'nothing'],
    ['a lost sight', up, unknown, 'nothing'],
  ])('%s', (_, before, after, decision) => {
    expect(decide(before, after)).toBe(decision)
  })

  test('what was removed needs nobody any more', () => expect(decide(exited(1), null)).toBe('withdraw'))
})

test('a crash loop is told once, whatever comes between', () => {
  const loop: Life[] = [up]
  for (let run = 1; run <= 5; run += 1) {
    const since = run * 1000
    loop.push(backoff(2 ** (run - 1) * 250, since), { ...starting, run: run + 1, since })
    loop.push({ ...up, run: run + 1, since: since + 1 })
  }
  loop.push(failed('crash-loop', 7000))
  const told = loop.slice(1).map((life, index) => decide(loop[index] ?? null, life))
  expect(told.filter((kind) => kind.startsWith('show'))).toEqual(['show'])
})

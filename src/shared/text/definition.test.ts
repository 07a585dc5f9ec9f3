import { expect, test } from 'vitest'
import type { ReadinessCheck } from '../domain/readiness.ts'
import { readinessSentence, restartSentence } from './definition.ts'

const limit = { deaths: 5, withinMs: 60_000 }

test.each([
  ['never', limit, 'Never'],
  ['always', limit, 'Always, given up after 5 early ends within 60 s'],
  ['on-failure', { deaths: 1, withinMs: 30_000 }, 'After a failure, given up after 1 early end within 30 s'],
  ['always', null, 'Always, never given up'],
] as const)('restart %s with %j: %s', (policy, restartLimit, sentence) => {
  expect(restartSentence(policy, restartLimit)).toBe(sentence)
})

test.each<[ReadinessCheck, string]>([
  [{ kind: 'port', port: 7496 }, 'Port 7496 answers, within 60 s'],
  [{ kind: 'http', url: 'http://x/health' }, 'http://x/health answers, within 60 s'],
  [{ kind: 'log', pattern: 'ready$' }, 'A line matches ready$, within 60 s'],
  [{ kind: 'command', argv: ['test', '-e', 'a b'] }, "test -e 'a b' succeeds, within 60 s"],
  [{ kind: 'expr', expr: "state == 'up'" }, "state == 'up' holds, within 60 s"],
])('ready when %j', (check, sentence) => {
  expect(readinessSentence({ check, intervalMs: 1000, timeoutMs: 60_000 })).toBe(sentence)
})

test('without a check a program is ready as soon as it runs', () =>
  expect(readinessSentence(null)).toBe('As soon as it runs'))

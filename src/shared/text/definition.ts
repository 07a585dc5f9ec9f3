import type { OnLoss } from '../domain/dependence.ts'
import type { Readiness } from '../domain/readiness.ts'
import type { RestartLimit, RestartPolicy } from '../domain/restart.ts'
import { assertNever } from '../domain/result.ts'
import { commandLine } from './command-line.ts'
import { formatLimit } from './durations.ts'
import { countOf } from './numbers.ts'

// What the settings of a process mean, in words.

/** What happens after the end of a run: the word for lists and choices. */
const restartWord: Readonly<Record<RestartPolicy, string>> = {
  always: 'Always',
  'on-failure': 'After a failure',
  never: 'Never',
}

/** `Always, given up after 5 early ends within 60 s`. */
export function restartSentence(policy: RestartPolicy, limit: RestartLimit): string {
  if (policy === 'never') return restartWord.never
  const giveUp =
    limit === null
      ? 'never given up'
      : `given up after ${countOf(limit.deaths, 'early end', 'early ends')} within ${formatLimit(limit.withinMs)}`
  return `${restartWord[policy]}, ${giveUp}`
}

/** When a program that runs counts as usable: `Port 7496 answers, within 60 s`. */
export function readinessSentence(ready: Readiness | null): string {
  return ready === null ? 'As soon as it runs' : `${checkSentence(ready)}, within ${formatLimit(ready.timeoutMs)}`
}

function checkSentence({ check }: Readiness): string {
  switch (check.kind) {
    case 'port':
      return `Port ${check.port} answers`
    case 'http':
      return `${check.url} answers`
    case 'log':
      return `A line matches ${check.pattern}`
    case 'command':
      return `${commandLine(check.argv)} succeeds`
    case 'expr':
      return `${check.expr} holds`
    default:
      return assertNever(check)
  }
}

/** What becomes of the child when its parent is lost: `slave.trader keeps running`. */
export const onLossWord: Readonly<Record<OnLoss, string>> = {
  keep: 'keeps running',
  stop: 'stops',
  restart: 'restarts when it is back',
}

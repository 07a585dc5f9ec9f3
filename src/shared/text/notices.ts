import type { Life } from '../domain/life.ts'
import { assertNever } from '../domain/result.ts'
import type { ProcessRow } from '../domain/rows.ts'
import { endedWell, type RunEnd } from '../domain/run-end.ts'
import { endSentence } from './detail.ts'
import { formatLength } from './durations.ts'
import { countOf, formatCount } from './numbers.ts'

// What a notification says. The title alone must do: many desktops show nothing else.

/** ` (exit 137)`, ` (SIGSEGV)`; empty where nobody knows how it ended. */
export function endRemark({ code, signal }: Pick<RunEnd, 'code' | 'signal'>): string {
  if (signal !== null) return ` (${signal})`
  return code === null ? '' : ` (exit ${code})`
}

/** ` after 14 m 22 s`; empty where the start is not known. */
const took = (end: RunEnd, startedAt: number | null): string =>
  startedAt === null || startedAt > end.at ? '' : ` after ${formatLength(end.at - startedAt)}`

/** The lives that a notification can be about. */
type Failing = Extract<Life, { kind: 'failed' | 'exited' | 'backoff' }>

export const isFailing = (life: Life): life is Failing =>
  life.kind === 'failed' || life.kind === 'exited' || life.kind === 'backoff'

type Told = Pick<ProcessRow, 'startedAt' | 'lastEnd' | 'restarts'>

/** `eval-sweep-17 failed (exit 137)`, `Gave up restarting ingest (exit 1)`. */
export function failureTitle(name: string, life: Failing, row: Told): string {
  switch (life.kind) {
    case 'exited':
      return `${name} failed${endRemark(life.end)}`
    case 'backoff':
      return `${name} keeps ${endedWell(life.end) ? 'ending' : 'failing'}${endRemark(life.end)}`
    case 'failed':
      switch (life.because) {
        case 'could-not-start':
          return `${name} could not start`
        case 'not-ready':
          return `${name} was not ready in time`
        case 'crash-loop':
          return `Gave up restarting ${name}${row.lastEnd ? endRemark(row.lastEnd) : ''}`
        default:
          return assertNever(life.because)
      }
    default:
      return assertNever(life)
  }
}

/** `Exited with code 137 (killed) after 14 m 22 s, in vision-sweep`. */
export function failureBody(session: string | undefined, life: Failing, row: Told): string {
  const place = session === undefined ? '' : `, in ${session}`
  switch (life.kind) {
    case 'exited':
      return `${endSentence(life.end)}${took(life.end, row.startedAt)}${place}`
    case 'backoff':
      return `Restarted ${countOf(row.restarts, 'time', 'times')} so far${place}`
    case 'failed':
      return `${life.reason}${place}`
    default:
      return assertNever(life)
  }
}

/** `5 processes failed`, `5 processes failed on gpu-01` where all of them ran on one other machine. */
export const burstTitle = (count: number, host: string | null): string =>
  `${formatCount(count)} processes failed${host === null ? '' : ` on ${host}`}`

// What fits into two lines of a notification.
const mostNames = 5

/** `train-a, train-b and 3 more`; names in the order given. */
export function nameList(names: readonly string[], most = mostNames): string {
  if (names.length <= 1) return names[0] ?? ''
  // One name takes no more room than "and 1 more".
  const shown = names.length <= most + 1 ? names : names.slice(0, most)
  const hidden = names.length - shown.length
  if (hidden > 0) return `${shown.join(', ')} and ${formatCount(hidden)} more`
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

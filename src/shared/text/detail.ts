import type { Life, Starting, Stopping } from '../domain/life.ts'
import { assertNever } from '../domain/result.ts'
import type { ProcessRow } from '../domain/rows.ts'
import { endedWell, type RunEnd } from '../domain/run-end.ts'
import { formatAge, formatAgo, formatLimit, formatMoment } from './durations.ts'
import { countOf, formatCount } from './numbers.ts'
import { waitingSentence } from './waiting.ts'

// What the Detail and Age columns, the details pane and notices say about a process.

/** Exit codes of shells and of the signals that end most programs (bash(1), EXIT STATUS; signal(7)). */
const codeMeaning: ReadonlyMap<number, string> = new Map([
  [126, 'could not be executed'],
  [127, 'command not found'],
  [130, 'interrupted'],
  [134, 'aborted'],
  [137, 'killed'],
  [139, 'segmentation fault'],
  [143, 'terminated'],
])

/** `Exited with code 137 (killed)`, `Killed by SIGKILL`, `Ended, recorder lost`. */
export function endSentence(end: RunEnd): string {
  if (end.signal !== null) return `Ended by ${end.signal}${inBrackets(end.reason)}`
  if (end.code === null) return end.reason === null ? 'Ended, exit code unknown' : `Ended, ${end.reason}`
  return `Exited with code ${end.code}${inBrackets(end.reason ?? codeMeaning.get(end.code) ?? null)}`
}

const inBrackets = (text: string | null): string => (text === null || text === '' ? '' : ` (${text})`)

/** The time until SIGKILL (`7 s`); null when no kill is planned. */
export const timeToKill = (life: Stopping, now: number): string | null =>
  life.killAt === null ? null : formatLimit(life.killAt - now)

function stoppingSentence(life: Stopping, now: number): string {
  const what = life.next.kind === 'start' ? 'Restarting' : 'Stopping'
  const { survivors } = life
  if (survivors.length > 0) {
    return `Could not end ${countOf(survivors.length, 'process', 'processes')} (pid ${survivors.join(', ')})`
  }
  const left = timeToKill(life, now)
  return left === null ? `${what}, killed, waiting for the end` : `${what}, ${left} left before kill`
}

/** `Restarts in 4 s (exit 1)`. */
function backoffSentence(life: Extract<Life, { kind: 'backoff' }>, now: number): string {
  const { code, signal, reason } = life.end
  const why = signal ?? (code === null ? (reason ?? 'exit code unknown') : `exit ${code}`)
  return `Restarts in ${formatLimit(life.until - now)} (${why})`
}

function startingSentence(life: Starting, now: number): string {
  if (life.program === null || life.readyBy === null) return 'Waiting for the program to begin'
  return `Not ready yet, ${formatLimit(life.readyBy - now)} left`
}

function runningSentence(row: Pick<ProcessRow, 'life' | 'usage' | 'state'>): string {
  const listen = row.usage?.listen ?? []
  const [first, ...others] = listen
  if (first !== undefined) {
    const more = others.length > 0 ? ` and ${formatCount(others.length)} more` : ''
    return `Listening on ${first}${more}`
  }
  if (row.state !== null) return `State ${row.state}`
  return row.life.kind === 'up' ? `Pid ${row.life.program.identity.pid}` : ''
}

/** The reason of a status in words: the Detail column. `now` in milliseconds since 1970 UTC. */
export function detailSentence(row: Pick<ProcessRow, 'life' | 'usage' | 'state' | 'waitingFor'>, now: number): string {
  const { life } = row
  switch (life.kind) {
    case 'new':
      return 'Recorded, not started yet'
    case 'blocked':
      return waitingSentence(row.waitingFor)
    case 'starting':
      return startingSentence(life, now)
    case 'backoff':
      return backoffSentence(life, now)
    case 'paused':
      return 'Paused by a stop signal; it goes on after SIGCONT'
    case 'up':
      return runningSentence(row)
    case 'stopping':
      return stoppingSentence(life, now)
    case 'down':
      return life.reason
    case 'exited':
      return endSentence(life.end)
    case 'failed':
      return life.because === 'could-not-start' ? `Could not start: ${life.reason}` : life.reason
    case 'ambiguous':
      return `Pids ${life.candidates.map(({ pid }) => pid).join(', ')} could all be it; choose one with attach, or stop it`
    case 'unknown':
      return `${life.reason} since ${formatMoment(life.since, now)}`
    default:
      return assertNever(life)
  }
}

/** False where nothing needs a person: such a detail is shown muted. */
export function needsReading(life: Life): boolean {
  switch (life.kind) {
    case 'up':
    case 'down':
    case 'new':
    case 'blocked':
      return false
    case 'exited':
      return !endedWell(life.end)
    case 'starting':
    case 'stopping':
    case 'backoff':
    case 'paused':
    case 'failed':
    case 'ambiguous':
    case 'unknown':
      return true
    default:
      return assertNever(life)
  }
}

/** The moment that the Age column counts from. */
export function ageStart(row: Pick<ProcessRow, 'life' | 'startedAt' | 'createdAt'>): number {
  const { life } = row
  switch (life.kind) {
    case 'new':
      return row.createdAt
    case 'blocked':
    case 'starting':
    case 'backoff':
    case 'down':
    case 'failed':
    case 'ambiguous':
    case 'unknown':
      return life.since
    case 'up':
    case 'paused':
      return row.startedAt ?? life.since
    case 'stopping':
      return row.startedAt ?? life.since
    case 'exited':
      return life.end.at
    default:
      return assertNever(life)
  }
}

/** `5 h 02 m` while it lives, `2 m ago` once it has ended. */
export function ageText(row: Pick<ProcessRow, 'life' | 'startedAt' | 'createdAt'>, now: number): string {
  const at = ageStart(row)
  const ended = row.life.kind === 'down' || row.life.kind === 'exited' || row.life.kind === 'failed'
  return ended ? formatAgo(at, now) : formatAge(now - at)
}

import type { Life } from '../domain/life.ts'
import { assertNever } from '../domain/result.ts'
import type { HistoryEntry } from '../domain/rows.ts'
import { endSentence } from './detail.ts'
import { formatLength } from './durations.ts'

/** What a process became, as a sentence of its history: `Running as pid 4711 (run 3)`. */
function lifeSentence(life: Life): string {
  switch (life.kind) {
    case 'new':
      return 'Recorded'
    case 'blocked':
      return 'Waits for what it depends on'
    case 'starting':
      return life.program === null ? `Run ${life.run} was asked for` : 'Started, not ready yet'
    case 'up':
      return `Running as pid ${life.program.identity.pid} (run ${life.run})`
    case 'paused':
      return 'Paused by a stop signal'
    case 'stopping':
      return stoppingSentence(life)
    case 'backoff':
      return `${endSentence(life.end)}; restarts after ${formatLength(life.until - life.since)}`
    case 'down':
      return life.reason
    case 'exited':
      return endSentence(life.end)
    case 'failed':
      return life.reason
    case 'ambiguous':
      return `${life.candidates.length} programs could be this one; a person must choose`
    case 'unknown':
      return life.reason
    default:
      return assertNever(life)
  }
}

function stoppingSentence(life: Extract<Life, { kind: 'stopping' }>): string {
  if (life.survivors.length > 0) return `Could not be ended (pid ${life.survivors.join(', ')})`
  if (life.killAt === null) return 'Killed'
  switch (life.next.kind) {
    case 'start':
      return 'Asked to end, to be started again'
    case 'fail':
      return `${life.next.reason}; asked to end`
    case 'down':
    case 'wait':
      return 'Asked to end'
    default:
      return assertNever(life.next)
  }
}

/** One line of the history. */
export function historySentence(entry: HistoryEntry): string {
  const { what } = entry
  switch (what.kind) {
    case 'life':
      return lifeSentence(what.life)
    case 'state':
      return what.label === null ? 'In no saved state any more' : `State ${what.label}`
    case 'definition':
      return `Definition changed: ${what.changed.join(', ')}`
    case 'note':
      return what.text
    default:
      return assertNever(what)
  }
}

/** Who did it and why: `you`, `the session (restart policy)`. */
export function historyActor(entry: HistoryEntry): string {
  const who = entry.actor === 'user' ? 'you' : 'the session'
  return entry.why === null ? who : `${who} (${entry.why})`
}

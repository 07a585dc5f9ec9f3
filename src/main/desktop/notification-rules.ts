import { isAtRest, type Life } from '../../shared/domain/life.ts'
import { assertNever } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { endedWell } from '../../shared/domain/run-end.ts'

/**
 * A restart that is delayed this long follows at least five others in a row without a long run between them. Sooner ones
 * are no news: most heal, and a fast crash loop is given up, which is.
 */
const longBackoffMs = 10_000

/** What a change of one process means for notifications. */
export type NotificationDecision =
  | { readonly kind: 'nothing' }
  /** It failed on its own. */
  | { readonly kind: 'show' }
  /** It fails again and again and is still restarted: told once, not each time. */
  | { readonly kind: 'show-once' }
  /** Somebody saw to it, so that what was shown is old. */
  | { readonly kind: 'withdraw' }
  /** It runs again by itself: what was shown is old once the run has lasted. */
  | { readonly kind: 'withdraw-when-lasting' }

const nothing: NotificationDecision = { kind: 'nothing' }

/** When it failed; null for a life that is no failure. Two failures of one process differ in it. */
function failedAt(life: Life): number | null {
  if (life.kind === 'failed') return life.since
  return life.kind === 'exited' && !endedWell(life.end) ? life.end.at : null
}

/**
 * Judges the step from one row of a process to the next. `before` is undefined for a process that is new, `after` for one
 * that was removed. Stops by a person or a plan end in `down` and are never a failure.
 */
export function decideNotification(
  before: Pick<ProcessRow, 'life'> | undefined,
  after: Pick<ProcessRow, 'life'> | undefined,
): NotificationDecision {
  if (after === undefined) return { kind: 'withdraw' }
  const was: Life = before?.life ?? { kind: 'new' }
  const { life } = after
  switch (life.kind) {
    case 'failed':
    case 'exited':
      return onEnd(was, life)
    case 'backoff':
      return onBackoff(was, life)
    case 'new':
    case 'down':
    case 'stopping':
      return { kind: 'withdraw' }
    case 'blocked':
    case 'starting':
      return isAtRest(was) ? { kind: 'withdraw' } : nothing
    case 'up':
      if (was.kind === 'up' && was.run === life.run) return nothing
      return { kind: isAtRest(was) ? 'withdraw' : 'withdraw-when-lasting' }
    case 'paused':
    case 'ambiguous':
    case 'unknown':
      return nothing
    default:
      return assertNever(life)
  }
}

function onEnd(was: Life, life: Life): NotificationDecision {
  const at = failedAt(life)
  if (at === null) return { kind: 'withdraw' }
  // What a daemon finds when it looks for the first time happened before, while nobody was there to be told. What
  // happened after a host was lost is news when it is back.
  const isOld = was.kind === 'unknown' && at < was.since
  return at === failedAt(was) || isOld ? nothing : { kind: 'show' }
}

function onBackoff(was: Life, life: Extract<Life, { kind: 'backoff' }>): NotificationDecision {
  const isSame = was.kind === 'backoff' && was.since === life.since
  return isSame || life.until - life.since < longBackoffMs ? nothing : { kind: 'show-once' }
}

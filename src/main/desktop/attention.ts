import type { Life } from '../../shared/domain/life.ts'
import { endedWell } from '../../shared/domain/run-end.ts'
import type { SupervisedRows } from './supervised-rows.ts'

/** Tells which failures nobody has looked at yet. */
export type Attention = {
  /** Takes the newest rows; `looking` while the window is in view and has the focus. */
  update(rows: SupervisedRows, looking: boolean): void
  readonly wanted: boolean
}

/** Failures that stand in the first rows are old: the window that opens shows them. */
export function createAttention(): Attention {
  let seen: ReadonlySet<string> | null = null
  let wanted = false
  return {
    update(rows, looking) {
      const failures = failuresIn(rows)
      if (seen === null || looking) seen = failures
      const known = seen
      // Failures that were repaired are forgotten, so that the same one can come again.
      seen = new Set([...failures].filter((failure) => known.has(failure)))
      wanted = seen.size < failures.size
    },
    get wanted() {
      return wanted
    },
  }
}

const failuresIn = ({ processes }: SupervisedRows): ReadonlySet<string> =>
  new Set(
    [...processes.values()].flatMap(({ id, life }) => {
      const at = failedAt(life)
      return at === null ? [] : `${id} ${at}`
    }),
  )

function failedAt(life: Life): number | null {
  if (life.kind === 'failed') return life.since
  return life.kind === 'exited' && !endedWell(life.end) ? life.end.at : null
}

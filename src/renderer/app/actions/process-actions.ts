import { canStart, canStop, hasProgram } from '../../../shared/commands/commands.ts'
import type { Life } from '../../../shared/domain/life.ts'
import type { Result } from '../../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { couldNot } from '../../../shared/text/messages.ts'
import { daemon } from '../../data/daemon.ts'
import { rowsOf } from '../../data/rows-store.ts'
import { useSelection } from '../../data/selection-store.ts'
import { notify } from '../../ui/toasts.tsx'

type Done = 'started' | 'stopped' | 'restarted' | 'killed'

/** Those of the selected processes whose life is one of these. */
const selectedRows = (accepts: (life: Life) => boolean): ProcessRow[] =>
  rowsOf(useSelection.getState().selected).filter(({ life }) => accepts(life))
const targetsOf = (rows: readonly ProcessRow[]) => rows.map(({ id }) => ({ id }))

/** Says in words what was refused; success shows in the rows themselves. */
async function report(rows: readonly ProcessRow[], done: Done, asked: Promise<Result<unknown>>): Promise<void> {
  const answer = await asked
  if (answer.ok || answer.code === 'cancelled') return
  notify('failed', couldNot(rows.map(displayName), done), `${answer.message} ${answer.hint}`.trim())
}

/** Starts those of the selected processes that do not run; one that would be restarted later starts now. */
export function startSelected(): void {
  const rows = selectedRows(canStart)
  if (rows.length === 0) return
  void report(rows, 'started', daemon().call('process.startKnown', { targets: targetsOf(rows) }))
}

/** Asks the selected processes to stop, with their grace. What has not started yet does not start. */
export function stopSelected(): void {
  const rows = selectedRows(canStop)
  if (rows.length === 0) return
  void report(rows, 'stopped', daemon().call('process.stop', { targets: targetsOf(rows), now: false, wait: false }))
}

export function restartSelected(): void {
  const rows = selectedRows(hasProgram)
  if (rows.length === 0) return
  void report(rows, 'restarted', daemon().call('process.restart', { targets: targetsOf(rows), wait: false }))
}

/** Ids of the selected processes that a kill would end. */
export const killableIds = (): string[] => selectedRows(hasProgram).map(({ id }) => id)

/** Ends processes without their grace. Those that have ended meanwhile are left alone. */
export function kill(ids: readonly string[]): void {
  const rows = rowsOf(ids).filter(({ life }) => hasProgram(life))
  if (rows.length === 0) return
  void report(rows, 'killed', daemon().call('process.stop', { targets: targetsOf(rows), now: true, wait: false }))
}

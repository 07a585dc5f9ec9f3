import type { Life } from '../../shared/domain/life.ts'
import type { RestartPolicy } from '../../shared/domain/restart.ts'
import { displayName, type ProcessRow } from '../../shared/domain/rows.ts'
import { type Status, statusOf, statusWord } from '../../shared/text/status.ts'
import { type Piece, type Style, styled } from './printer.ts'

const statusStyles: Readonly<Record<Status, Style>> = {
  failed: 'red',
  unknown: 'yellow',
  stopping: 'yellow',
  starting: 'blue',
  waiting: 'magenta',
  running: 'green',
  paused: 'dim',
  stopped: 'dim',
  succeeded: 'green',
}

/** The status word in its colour. */
export function statusPiece(life: Life): Piece {
  const status = statusOf(life)
  return styled(statusWord[status], statusStyles[status])
}

/** `master.tws (sparkling-guarantee)`, or the name alone. */
export const fullName = (row: ProcessRow): string =>
  row.alias === null ? row.name : `${displayName(row)} (${row.name})`

/** As it is written on the command line. */
export function restartWord(policy: RestartPolicy): string {
  switch (policy) {
    case 'never':
      return '0'
    case 'always':
      return '1'
    case 'on-failure':
      return 'on-failure'
  }
}

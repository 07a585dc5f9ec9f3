import type { ProcessRow } from '../../shared/domain/rows.ts'
import { detailSentence } from '../../shared/text/detail.ts'
import { formatAge } from '../../shared/text/durations.ts'
import { pidOf, upSince } from './json.ts'
import type { Piece, Printer } from './printer.ts'
import { restartWord, statusPiece } from './row-text.ts'
import { type Column, printTable } from './table.ts'

const processColumns: readonly Column[] = [
  { title: 'ALIAS' },
  { title: 'NAME' },
  { title: 'HOST' },
  { title: 'STATUS' },
  { title: 'STATE' },
  { title: 'PID', align: 'right' },
  { title: 'UPTIME', align: 'right' },
  { title: 'RESTARTS', align: 'right' },
  { title: 'RESTART' },
  { title: 'SHUTDOWN' },
  { title: 'DETAIL' },
]

const absent = '-'

/** The table of `session show`; `now` in milliseconds since 1970. */
export const printProcesses = (printer: Printer, rows: readonly ProcessRow[], now: number): void =>
  printTable(
    printer,
    processColumns,
    rows.map((row) => processCells(row, now)),
  )

function processCells(row: ProcessRow, now: number): Piece[] {
  const since = upSince(row)
  return [
    row.alias ?? absent,
    row.name,
    row.host,
    statusPiece(row.life),
    stateText(row) ?? absent,
    String(pidOf(row.life) ?? absent),
    since === null ? absent : formatAge(now - since),
    String(row.restarts),
    restartWord(row.restart),
    row.shutdown ? '1' : '0',
    detailCell(row, now),
  ]
}

/** The state that a person defined and how well it matches: `operative (0.96)`; null in none. */
export const stateText = ({ state, score }: Pick<ProcessRow, 'state' | 'score'>): string | null =>
  state === null || score === null ? state : `${state} (${score.toFixed(2)})`

/** What runs has a column for its pid and for its state: there only what it listens on, and notices, are news. */
function detailCell(row: ProcessRow, now: number): string {
  const says = row.life.kind !== 'up' || (row.usage !== null && row.usage.listen.length > 0)
  return [...(says ? [detailSentence(row, now)] : []), ...row.notices].join('; ')
}

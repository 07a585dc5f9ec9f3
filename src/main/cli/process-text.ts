import type { ProcessDetail, ProcessRow } from '../../shared/domain/rows.ts'
import { formatBytes } from '../../shared/text/bytes.ts'
import { commandLine } from '../../shared/text/command-line.ts'
import { detailSentence, endSentence } from '../../shared/text/detail.ts'
import { formatAge, formatLength, formatMoment } from '../../shared/text/durations.ts'
import { formatPercent } from '../../shared/text/numbers.ts'
import { pidOf, upSince } from './json.ts'
import type { Piece } from './printer.ts'
import { restartWord, statusPiece } from './row-text.ts'
import type { Column } from './table.ts'

/** As many runs as fit under the fields on one screen; the interface shows all. */
const shownRuns = 5

export const processColumns: readonly Column[] = [
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

/** One row of `session show`; `now` in milliseconds since 1970. */
export function processCells(row: ProcessRow, now: number): Piece[] {
  const since = upSince(row)
  return [
    row.alias ?? absent,
    row.name,
    row.host,
    statusPiece(row.life),
    stateText(row),
    String(pidOf(row.life) ?? absent),
    since === null ? absent : formatAge(now - since),
    String(row.restarts),
    restartWord(row.restart),
    row.shutdown ? '1' : '0',
    detailCell(row, now),
  ]
}

/** The state that a person defined and how well it matches: `operative (0.96)`. */
const stateText = (row: ProcessRow): string =>
  row.state === null ? absent : row.score === null ? row.state : `${row.state} (${row.score.toFixed(2)})`

/** What runs has a column for its pid and for its state: there only what it listens on is news. */
function detailCell(row: ProcessRow, now: number): string {
  const says = row.life.kind !== 'up' || (row.usage !== null && row.usage.listen.length > 0)
  return says ? detailSentence(row, now) : ''
}

/** Everything about one process, name and value. */
export function detailFields(detail: ProcessDetail, session: string, now: number): [string, Piece][] {
  const { row } = detail
  const since = upSince(row)
  const fields: [string, Piece | null][] = [
    ['Alias', row.alias],
    ['Name', row.name],
    ['Session', session],
    ['Host', row.host],
    ['Status', statusPiece(row.life)],
    ['Detail', detailSentence(row, now)],
    ['State', row.state === null ? null : stateText(row)],
    ['Pid', pidOf(row.life)?.toString() ?? null],
    ['Uptime', since === null ? null : formatLength(now - since)],
    ['Last exit', row.lastEnd === null ? null : `${endSentence(row.lastEnd)}, ${formatMoment(row.lastEnd.at, now)}`],
    ['Run', `${row.run} (${row.restarts} restarts)`],
    ['Restart', `${restartWord(row.restart)} (${row.restart})`],
    ['Shutdown', row.shutdown ? '1 (stopped with the session)' : '0 (left alone)'],
    ['Stop', `${detail.stopSignal}, KILL after ${formatLength(detail.graceMs)}`],
    ['CPU', row.usage === null ? null : `${formatPercent(row.usage.cpuPct)} %`],
    ['Memory', row.usage === null ? null : formatBytes(row.usage.rssBytes)],
    ['Listens on', row.usage === null || row.usage.listen.length === 0 ? null : row.usage.listen.join(', ')],
    ['URI', row.uri],
    ['Command', commandLine(row.argv)],
    ['Folder', detail.cwd],
    ['Variables', detail.envNames.length === 0 ? null : detail.envNames.join(' ')],
    ['Output', detail.paths.out],
    ['Errors', detail.paths.err],
    ['Settings', detail.paths.etc],
    ['Id', row.id],
  ]
  return fields.flatMap(([name, value]): [string, Piece][] => (value === null ? [] : [[name, value]]))
}

/** The latest runs, newest first. */
export function historyLines(detail: ProcessDetail, now: number): string[] {
  const ended = detail.runs.filter((run) => run.end !== null).slice(0, shownRuns)
  if (ended.length === 0) return []
  const lines = ended.map(({ run, startedAt, end }) => {
    const length = startedAt === null || end === null ? '' : `, after ${formatLength(end.at - startedAt)}`
    const started = startedAt === null ? 'start not known' : formatMoment(startedAt, now)
    return `  ${run}  ${started}  ${end === null ? '' : endSentence(end)}${length}`
  })
  return ['', 'Finished runs', ...lines]
}

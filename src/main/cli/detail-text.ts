import { requiredText } from '../../shared/domain/dependence.ts'
import type { LiveFingerprint, SavedState } from '../../shared/domain/fingerprint.ts'
import type { Readiness, ReadinessCheck } from '../../shared/domain/readiness.ts'
import { assertNever } from '../../shared/domain/result.ts'
import { type DependenceRow, displayName, type ProcessDetail } from '../../shared/domain/rows.ts'
import { restartLimitText } from '../../shared/machine/restart-policy.ts'
import { formatBytes } from '../../shared/text/bytes.ts'
import { commandLine } from '../../shared/text/command-line.ts'
import { detailSentence, endSentence } from '../../shared/text/detail.ts'
import { formatLength, formatMoment } from '../../shared/text/durations.ts'
import { countOf, formatCount, formatPercent } from '../../shared/text/numbers.ts'
import { pidOf, upSince } from './json.ts'
import type { Piece } from './printer.ts'
import { type ProcessNames, parentName } from './process-names.ts'
import { stateText } from './process-text.ts'
import { restartWord, statusPiece } from './row-text.ts'

// `session show NAME`.

/** As many runs as fit under the fields on one screen; the interface shows all. */
const shownRuns = 5
/** Elements of one list of a fingerprint; JSON has all. */
const shownElements = 10

type Field = readonly [name: string, value: Piece | null]

/** Everything about one process, name and value; what does not apply is left out. */
export function detailFields(
  detail: ProcessDetail,
  session: string,
  names: ProcessNames,
  now: number,
): (readonly [string, Piece])[] {
  const fields = [
    ...stateFields(detail, session, now),
    ...ruleFields(detail),
    ...detail.parents.map((edge): Field => ['Waits for', parentText(edge, names)]),
    ...detail.children.map(
      (edge): Field => ['Waited for by', `${names(edge.childId)} (${requiredText(edge.required)})`],
    ),
    ...usageFields(detail),
    ...placeFields(detail),
  ]
  return fields.flatMap(([name, value]): [string, Piece][] => (value === null ? [] : [[name, value]]))
}

function stateFields({ row }: ProcessDetail, session: string, now: number): Field[] {
  const since = upSince(row)
  return [
    ['Alias', row.alias],
    ['Name', row.name],
    ['Session', session],
    ['Host', row.host],
    [
      'Terminal',
      row.pty ? `its own (procession session attach-tty ${displayName(row)}); it ends with the daemon` : null,
    ],
    ['Status', statusPiece(row.life)],
    ['Detail', detailSentence(row, now)],
    ...row.notices.map((notice): Field => ['Notice', notice]),
    ['State', stateText(row)],
    ['Pid', pidOf(row.life)?.toString() ?? null],
    ['Uptime', since === null ? null : formatLength(now - since)],
    ['Last exit', row.lastEnd === null ? null : `${endSentence(row.lastEnd)}, ${formatMoment(row.lastEnd.at, now)}`],
    ['Run', `${row.run} (${countOf(row.restarts, 'restart', 'restarts')})`],
  ]
}

function ruleFields({ row, ready, stopSignal, graceMs }: ProcessDetail): Field[] {
  return [
    ['Restart', `${restartWord(row.restart)} (${row.restart})`],
    ['Restart limit', row.restart === 'never' ? null : restartLimitText(row.restartLimit)],
    ['Shutdown', row.shutdown ? '1 (stopped with the session)' : '0 (left alone)'],
    ['Ready', ready === null ? null : readyText(ready)],
    ['Stop', `${stopSignal}, KILL after ${formatLength(graceMs)}`],
  ]
}

function usageFields({ row: { usage } }: ProcessDetail): Field[] {
  if (usage === null) return []
  return [
    ['CPU', `${formatPercent(usage.cpuPct)} %`],
    ['Memory', formatBytes(usage.rssBytes)],
    ['Listens on', usage.listen.length === 0 ? null : usage.listen.join(', ')],
  ]
}

function placeFields({ row, cwd, envNames, paths }: ProcessDetail): Field[] {
  return [
    ['URI', row.uri],
    ['Command', commandLine(row.argv)],
    ['Folder', cwd],
    ['Variables', envNames.length === 0 ? null : envNames.join(' ')],
    ['Output', paths.out],
    ['Errors', paths.err],
    ['Settings', paths.etc],
    ['Pid file', paths.pid],
    ['Id', row.id],
  ]
}

const parentText = (edge: DependenceRow, names: ProcessNames): string =>
  `${parentName(edge, names)}:${requiredText(edge.required)} (${edge.holds ? 'holds' : 'does not hold'}, on loss ${edge.onLoss})`

const readyText = ({ check, intervalMs, timeoutMs }: Readiness): string =>
  `${checkText(check)}, every ${formatLength(intervalMs)}, within ${formatLength(timeoutMs)}`

function checkText(check: ReadinessCheck): string {
  switch (check.kind) {
    case 'port':
      return `port ${check.port}`
    case 'http':
      return check.url
    case 'log':
      return `a line that matches ${check.pattern}`
    case 'command':
      return commandLine(check.argv)
    case 'expr':
      return check.expr
    default:
      return assertNever(check)
  }
}

/** Sections under the fields: saved states, fingerprint, latest runs. Each begins with an empty line. */
export const detailSections = (detail: ProcessDetail, now: number): string[] => [
  ...statesSection(detail.states, now),
  ...fingerprintSection(detail.fingerprint),
  ...runsSection(detail, now),
]

function statesSection(states: readonly SavedState[], now: number): string[] {
  if (states.length === 0) return []
  const lines = states.map(
    (state) => `  ${state.label}  ${stateRule(state)}, saved ${formatMoment(state.savedAt, now)}`,
  )
  return ['', 'Saved states', ...lines]
}

/** What defines a state: `when len(fp.listen) > 0`, `by its fingerprint`. */
export const stateRule = ({ when }: SavedState): string => (when === null ? 'by its fingerprint' : `when ${when}`)

function fingerprintSection(fp: LiveFingerprint | null): string[] {
  if (fp === null) return []
  return [
    '',
    fp.partial ? 'Fingerprint (a part could not be read)' : 'Fingerprint',
    `  listen       ${listText(fp.listen)}`,
    `  established  ${listText(fp.established)}`,
    `  udp          ${listText(fp.udp)}`,
    `  files        ${listText(fp.files)}`,
    `  exe          ${fp.exe ?? 'not readable'}`,
    `  threads      ${formatCount(fp.threads)}`,
  ]
}

function listText(elements: readonly string[] | null): string {
  if (elements === null) return 'not readable'
  if (elements.length === 0) return '-'
  const more = elements.length - shownElements
  return elements.slice(0, shownElements).join('  ') + (more > 0 ? `  and ${formatCount(more)} more` : '')
}

/** The latest finished runs, newest first. */
function runsSection(detail: ProcessDetail, now: number): string[] {
  const lines = detail.runs
    .flatMap(({ run, startedAt, end }) => {
      if (end === null) return []
      const length = startedAt === null ? '' : `, after ${formatLength(end.at - startedAt)}`
      const started = startedAt === null ? 'start not known' : formatMoment(startedAt, now)
      return [`  ${run}  ${started}  ${endSentence(end)}${length}`]
    })
    .slice(0, shownRuns)
  return lines.length === 0 ? [] : ['', 'Finished runs', ...lines]
}

import { type CommandContext, type CommandId, commandOf, type DaemonLinkState } from '../../shared/commands/commands.ts'
import { canBeStopped, type FailureCause, mayBeRunning } from '../../shared/domain/life.ts'
import { assertNever } from '../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../shared/domain/rows.ts'
import { tallySentence } from '../../shared/text/messages.ts'
import { endRemark } from '../../shared/text/notices.ts'
import { type Status, statusOf, statusRank, statusWord } from '../../shared/text/status.ts'
import { nameAmong, type SupervisedRows } from './supervised-rows.ts'

/** All that the tray is made of. */
export type TrayState = {
  readonly link: DaemonLinkState
  readonly rows: SupervisedRows
  /** A failure that nobody has seen yet. */
  readonly attention: boolean
  /** Everything is being stopped before quitting. */
  readonly stoppingAll: boolean
}

export type TrayIcon = 'normal' | 'attention' | 'offline'

export type ProcessVerb = 'start' | 'stop' | 'restart'

export type TrayAction =
  | { readonly kind: 'open' | 'new-process' | 'retry' | 'quit' }
  | { readonly kind: 'show'; readonly processId: string }
  | { readonly kind: ProcessVerb; readonly processId: string }

export type TrayEntry =
  /** Null for one that cannot be chosen now. */
  | { readonly kind: 'item'; readonly label: string; readonly action: TrayAction | null }
  | { readonly kind: 'submenu'; readonly label: string; readonly entries: readonly TrayEntry[] }
  | { readonly kind: 'separator' }

export type TrayView = {
  readonly icon: TrayIcon
  readonly toolTip: string
  readonly entries: readonly TrayEntry[]
}

/** A menu with more is no longer read; the window shows all. */
const maxProcesses = 8

const separator: TrayEntry = { kind: 'separator' }
const item = (label: string, action: TrayAction | null): TrayEntry => ({ kind: 'item', label, action })
const heading = (label: string): TrayEntry => item(label, null)

/** What the tray shows: a function of the state and of nothing else. */
export function trayView(state: TrayState): TrayView {
  const header = headerOf(state)
  return {
    icon: iconOf(state),
    toolTip: `Procession: ${header}`,
    entries: [
      heading(header),
      ...(state.link.kind === 'gave-up' ? [item('Try again', { kind: 'retry' })] : []),
      ...processEntries(state),
      separator,
      item(labelOf('process.new'), state.link.kind === 'connected' ? { kind: 'new-process' } : null),
      separator,
      item(labelOf('window.open'), { kind: 'open' }),
      item('Quit…', state.stoppingAll ? null : { kind: 'quit' }),
    ],
  }
}

const labelOf = (id: CommandId): string => commandOf(id).label

function iconOf({ link, attention }: TrayState): TrayIcon {
  if (link.kind !== 'connected') return 'offline'
  return attention ? 'attention' : 'normal'
}

function headerOf({ link, rows, stoppingAll }: TrayState): string {
  switch (link.kind) {
    case 'connecting':
      return 'Connecting to the daemon'
    case 'restarting':
      return 'The daemon is being restarted'
    case 'gave-up':
      return 'The daemon does not run'
    case 'connected': {
      const statuses = [...rows.processes.values()].map(({ life }) => statusOf(life))
      const count = (wanted: Status) => statuses.filter((status) => status === wanted).length
      const tally = tallySentence(count('running'), count('failed'))
      return stoppingAll ? `Stopping everything: ${tally}` : tally
    }
    default:
      return assertNever(link)
  }
}

/** Nothing while the daemon is away: what we knew last may be wrong by now. */
function processEntries({ link, rows }: TrayState): readonly TrayEntry[] {
  if (link.kind !== 'connected') return []
  const all = [...rows.processes.values()]
  const failed = all.filter(({ life }) => statusOf(life) === 'failed').sort(latestFirst)
  const live = all.filter(({ life }) => mayBeRunning(life) || life.kind === 'backoff').sort(byStatusThenName)
  const half = maxProcesses / 2
  // Neither group crowds the other out.
  const shownFailed = failed.slice(0, Math.max(half, maxProcesses - live.length))
  const shownLive = live.slice(0, maxProcesses - shownFailed.length)
  const hidden = failed.length + live.length - shownFailed.length - shownLive.length
  return [
    ...section('Failed', shownFailed, rows),
    ...section('Running', shownLive, rows),
    ...(hidden > 0 ? [item(`${hidden} more…`, { kind: 'open' })] : []),
  ]
}

function section(title: string, processes: readonly ProcessRow[], rows: SupervisedRows): readonly TrayEntry[] {
  if (processes.length === 0) return []
  return [separator, heading(title), ...processes.map((row) => processEntry(row, rows))]
}

function latestFirst(one: ProcessRow, other: ProcessRow): number {
  const time = ({ life }: ProcessRow) =>
    life.kind === 'exited' ? life.end.at : life.kind === 'failed' ? life.since : 0
  return time(other) - time(one)
}

function byStatusThenName(one: ProcessRow, other: ProcessRow): number {
  const rank = (row: ProcessRow) => statusRank(statusOf(row.life))
  return rank(one) - rank(other) || displayName(one).localeCompare(displayName(other))
}

function processEntry(row: ProcessRow, rows: SupervisedRows): TrayEntry {
  const { id: processId } = row
  const context: CommandContext = { selected: [row], session: null, focus: 'other', connected: true }
  const verb = (kind: ProcessVerb, id: CommandId): TrayEntry =>
    item(labelOf(id), commandOf(id).enabled(context) ? { kind, processId } : null)
  return {
    kind: 'submenu',
    label: `${nameAmong(rows, row)}${remark(row)}`,
    entries: [
      item('Show', { kind: 'show', processId }),
      canBeStopped(row.life) ? verb('stop', 'process.stop') : verb('start', 'process.start'),
      verb('restart', 'process.restart'),
    ],
  }
}

const failureWord: Readonly<Record<FailureCause, string>> = {
  'could-not-start': 'did not start',
  'not-ready': 'was not ready in time',
  'crash-loop': 'restarts given up',
}

/** Said where the section does not say it already: ` (exit 137)`, ` (stopping)`. */
function remark({ life }: ProcessRow): string {
  switch (life.kind) {
    case 'up':
      return ''
    case 'exited':
      return endRemark(life.end)
    case 'failed':
      return ` (${failureWord[life.because]})`
    case 'backoff':
      return ' (waits to restart)'
    default:
      return ` (${statusWord[statusOf(life)].toLowerCase()})`
  }
}

import { onLossChoices, reservedStates } from '../../../shared/domain/dependence.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import { displayName, type ProcessDetail, type ProcessRow, type SessionRow } from '../../../shared/domain/rows.ts'
import { commandLine } from '../../../shared/text/command-line.ts'
import type { NamedDependence } from '../../app/actions/dependence-actions.ts'
import type { Option } from '../../ui/select.tsx'
import { byName } from './graph.ts'
import { lossWords } from './requirement.ts'

type Known = {
  readonly processes: readonly ProcessRow[]
  readonly sessions: ReadonlyMap<string, SessionRow>
}

/** Processes of sessions that can be changed, by session and name; several sessions are named beside them. */
export function processOptions({ processes, sessions }: Known): readonly Option[] {
  const writable = [...sessions.values()].filter(({ readOnly }) => readOnly === null).sort(byName)
  return writable.flatMap(({ id, name }) =>
    processes
      .filter(({ sessionId }) => sessionId === id)
      .map((row) => ({ value: row.id, name: displayName(row) }))
      .sort(byName)
      .map(({ value, name: label }) => ({ value, label, ...(writable.length > 1 && { note: name }) })),
  )
}

const reservedNotes: Readonly<Record<(typeof reservedStates)[number], string>> = {
  up: 'it runs',
  ready: 'its readiness check passed',
  'exited:0': 'it ended with exit code 0',
  exited: 'it ended, however',
}

/** What a parent may have to be: the states that were saved for it, then what every process can be. */
export function stateOptions(detail: Pick<ProcessDetail, 'states' | 'row'> | undefined): readonly Option[] {
  // The state that it is in may have been forgotten since.
  const labels = new Set([...(detail?.states ?? []).map(({ label }) => label), detail?.row.state ?? ''])
  labels.delete('')
  const saved = [...labels].map((label) => ({ value: label, label, note: 'saved state' }))
  return [...saved, ...reservedStates.map((value) => ({ value, label: value, note: reservedNotes[value] }))]
}

/** What is most likely meant: the state it is in, else one that was saved, else readiness, else that it runs. */
export function likelyState(detail: Pick<ProcessDetail, 'states' | 'ready' | 'row'> | undefined): string {
  if (!detail) return 'up'
  return detail.row.state ?? detail.states[0]?.label ?? (detail.ready === null ? 'up' : 'ready')
}

export const lossOptions: readonly Option[] = onLossChoices.map((value) => ({ value, label: lossWords[value] }))

/** The same as a command line. */
export const sameCommand = ({ workspace, parent, state, child, onLoss }: NamedDependence): string =>
  commandLine([
    'procession',
    'session',
    'dependence',
    'add',
    '-C',
    workspace,
    '--parent',
    `${parent}:${state}`,
    '--child',
    child,
    ...(onLoss === 'keep' ? [] : ['--on-loss', onLoss]),
  ])

export const refusal = ({ message, hint }: Failure): string => `${message} ${hint}`.trim()

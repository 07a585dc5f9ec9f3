import { Document, Scalar, visit } from 'yaml'
import { requiredText } from '../../../shared/domain/dependence.ts'
import type { ImportPlan, PlannedDependence, PlannedProcess } from '../../../shared/domain/import-plan.ts'
import type { RestartLimit } from '../../../shared/domain/restart.ts'
import { readinessYaml } from '../workspace/readiness-yaml.ts'

/** Of the format, as its first key says it. */
export const formatVersion = 1

const header = ` A session of Procession. It is read with: procession session import FILE
 Dots in place of a value hide a secret.`

/**
 * A session as YAML for people and for `readImport`, which gives the same plan back. Values are written as they are:
 * who calls decides whether secrets are real or `redacted`.
 */
export function exportYaml({ processes, dependences }: Pick<ImportPlan, 'processes' | 'dependences'>): string {
  const document = new Document({
    procession: formatVersion,
    processes: processes.map(processYaml),
    ...(dependences.length > 0 ? { dependences: dependencesYaml(dependences) } : {}),
  })
  document.commentBefore = header
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && !keepsAsLines(node.value)) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  // Folded lines would hide where an argument ends.
  return document.toString({ lineWidth: 0 })
}

/**
 * False for a text that would not come back from lines of a block (`|`): blanks at their ends, or blank lines at the
 * beginning or the end. A text without lines needs no care.
 */
function keepsAsLines(text: string): boolean {
  if (!text.includes('\n')) return true
  const lines = text.replace(/\n$/, '').split('\n')
  const isEdge = (index: number) => index === 0 || index === lines.length - 1
  return lines.every((line, index) => (line === '' ? !isEdge(index) : line === line.trimEnd())) && /^\S/.test(text)
}

function processYaml(process: PlannedProcess): Record<string, unknown> {
  return withoutEmpty({
    alias: process.alias,
    name: process.name,
    uri: process.uri,
    command: process.argv,
    cwd: process.cwd,
    env: Object.keys(process.env).length > 0 ? process.env : null,
    restart: process.restart,
    restart_limit: process.restartLimit === undefined ? null : limitText(process.restartLimit),
    shutdown: process.shutdown,
    pty: process.pty,
    stop_signal: process.stopSignal,
    grace: process.graceMs === null ? null : process.graceMs / 1000,
    ready: process.ready && readinessYaml(process.ready),
    launch: process.launch ? null : false,
    states: process.states.length > 0 ? process.states.map(stateYaml) : null,
  })
}

const withoutEmpty = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))

const limitText = (limit: RestartLimit): string =>
  limit === null ? 'none' : `${limit.deaths}/${limit.withinMs / 1000}`

function stateYaml(state: PlannedProcess['states'][number]): Record<string, unknown> {
  return withoutEmpty({
    label: state.label,
    when: state.when,
    ignore: state.ignore.length > 0 ? state.ignore : null,
    require: state.require.length > 0 ? state.require : null,
    fingerprint: state.fingerprint,
  })
}

/** As gutools writes them: under the child, `parent` or `parent:state`. */
function dependencesYaml(dependences: readonly PlannedDependence[]): ReadonlyMap<string, unknown> {
  const byChild = Map.groupBy(dependences, ({ child }) => child)
  // No object: it would put a child called 7 before all others.
  return new Map(
    [...byChild].map(([child, parents]) => [
      child,
      parents.map(({ parent, required, onLoss }) => {
        const text = required.kind === 'up' ? parent : `${parent}:${requiredText(required)}`
        return onLoss === 'keep' ? text : { parent: text, on_loss: onLoss }
      }),
    ]),
  )
}

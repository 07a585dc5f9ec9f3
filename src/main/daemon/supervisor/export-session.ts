import { type PlannedDependence, type PlannedProcess, plainProcess } from '../../../shared/domain/import-plan.ts'
import { exportYaml } from '../importing/export-yaml.ts'
import { realValuesOf } from './hidden-values.ts'
import { nameOf, type OpenSession, type Supervised } from './model.ts'
import type { Supervision } from './supervision.ts'

/**
 * The session as YAML that `importInto` reads back: definitions, saved states and dependences, nothing of what runs.
 * Without `withSecrets` secret values are dots.
 */
export function exportSession(supervision: Supervision, session: OpenSession, withSecrets: boolean): string {
  const processes = [...session.processes.values()].map((supervised) => plannedOf(supervision, supervised, withSecrets))
  return exportYaml({ processes, dependences: plannedDependences(session) })
}

function plannedOf({ parts }: Supervision, supervised: Supervised, withSecrets: boolean): PlannedProcess {
  const { definition, session, states } = supervised
  const { secretRef, cwd } = definition
  const values = realValuesOf(definition, withSecrets && secretRef !== null ? parts.secrets.process(secretRef) : null)
  return {
    ...plainProcess,
    alias: definition.alias,
    name: supervised.name,
    uri: values.uri,
    argv: values.argv,
    // In another session it is the folder of that one.
    cwd: cwd === session.path ? null : cwd,
    env: values.env,
    restart: definition.restart,
    restartLimit: definition.restartLimit,
    shutdown: definition.shutdown,
    pty: definition.pty ? true : null,
    stopSignal: definition.stopSignal,
    graceMs: definition.graceMs,
    ready: definition.ready,
    states: states.map(({ savedAt: _, ...state }) => state),
  }
}

const plannedDependences = (session: OpenSession): PlannedDependence[] =>
  session.dependences.flatMap(({ parent, childId, required, onLoss }) => {
    const child = session.processes.get(childId)
    const found = parent.kind === 'process' ? session.processes.get(parent.id) : null
    const name = parent.kind === 'process' ? found && nameOf(found) : parent.name
    return child && name ? [{ parent: name, child: nameOf(child), required, onLoss }] : []
  })

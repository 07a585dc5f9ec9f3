import type { ParsedInputOf, Target } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { ProcessDetail } from '../../../shared/domain/rows.ts'
import { displayName } from '../../../shared/domain/rows.ts'
import type { Supervised } from '../supervisor/model.ts'
import { processRowOf } from '../supervisor/rows.ts'
import { startKnown, startProcess, waitForStart } from '../supervisor/start.ts'
import { askStop, stopReportOf, waitForEnd } from '../supervisor/stop.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { resolveReference } from '../workspace/names.ts'
import type { Handlers, RequestContext } from './handlers.ts'

type ProcessMethods = 'process.show' | 'process.start' | 'process.startKnown' | 'process.stop' | 'process.restart'

/** The process that a caller means, in a session that may be changed (`write`) or only looked at. */
export async function findTarget(
  supervision: Supervision,
  target: Target,
  access: 'read' | 'write',
): Promise<Result<Supervised>> {
  if ('id' in target) {
    const found = supervision.sessions.processes().find((candidate) => candidate.id === target.id)
    if (!found) return failure('not_found', 'This process does not exist any more.', 'Refresh the list')
    if (access === 'read') return success(found)
    const session = await supervision.sessions.find(found.session.path, 'write')
    return session.ok ? success(found) : session
  }
  const session = await supervision.sessions.find(target.workspace, access)
  if (!session.ok) return session
  const named = [...session.value.processes.values()].map((supervised) => ({
    name: supervised.name,
    alias: supervised.definition.alias,
    supervised,
  }))
  const found = resolveReference(named, target.ref)
  return found.ok ? success(found.value.supervised) : found
}

/** All targets, or the failure of the first that does not exist: nothing is done by halves. */
async function findTargets(supervision: Supervision, targets: readonly Target[]): Promise<Result<Supervised[]>> {
  const all = new Set<Supervised>()
  for (const target of targets) {
    const found = await findTarget(supervision, target, 'write')
    if (!found.ok) return found
    all.add(found.value)
  }
  return success([...all])
}

export function createProcessHandlers(supervision: Supervision): Pick<Handlers, ProcessMethods> {
  return {
    'process.show': async (target) => {
      const found = await findTarget(supervision, target, 'read')
      return found.ok ? success(detailOf(found.value)) : found
    },
    'process.start': (input) => startProcess(supervision, input),
    'process.startKnown': async ({ targets }) => {
      const found = await findTargets(supervision, targets)
      if (!found.ok) return found
      const results = await Promise.all(found.value.map((supervised) => startKnown(supervision, supervised)))
      const failed = results.find((result) => !result.ok)
      return failed && !failed.ok ? failed : success(found.value.map(processRowOf))
    },
    'process.stop': (input, context) => stop(supervision, input, context),
    'process.restart': (input, context) => restart(supervision, input, context),
  }
}

function detailOf(supervised: Supervised): ProcessDetail {
  const { session, definition, name } = supervised
  return {
    row: processRowOf(supervised),
    cwd: definition.cwd,
    envNames: Object.keys(definition.env).sort(),
    stopSignal: definition.stopSignal,
    graceMs: definition.graceMs,
    paths: {
      out: session.paths.out(name),
      err: session.paths.err(name),
      etc: session.paths.etc(name),
      pid: session.paths.pid(name),
    },
    runs: session.store?.runs(supervised.id) ?? [],
  }
}

async function stop(supervision: Supervision, input: ParsedInputOf<'process.stop'>, { signal }: RequestContext) {
  const found = await findTargets(supervision, input.targets)
  if (!found.ok) return found
  await Promise.all(
    found.value.map(async (supervised) => {
      await askStop(supervision, supervised, { now: input.now, next: 'down' })
      if (input.wait) await waitForEnd(supervision, supervised, signal)
    }),
  )
  return success(stopReportOf(found.value))
}

async function restart(supervision: Supervision, input: ParsedInputOf<'process.restart'>, { signal }: RequestContext) {
  const found = await findTargets(supervision, input.targets)
  if (!found.ok) return found
  const results = await Promise.all(
    found.value.map((supervised) => restartOne(supervision, supervised, input.wait, signal)),
  )
  const failed = results.find((result) => !result.ok)
  return failed && !failed.ok ? failed : success(stopReportOf(found.value))
}

async function restartOne(
  supervision: Supervision,
  supervised: Supervised,
  wait: boolean,
  signal: AbortSignal,
): Promise<Result<null>> {
  if (!mayBeRunning(supervised.state.life)) return startKnown(supervision, supervised)
  const runBefore = supervised.state.run
  await askStop(supervision, supervised, { now: false, next: 'start' })
  if (!wait) return success(null)
  await waitForEnd(supervision, supervised, signal)
  await waitForStart(supervision, supervised, runBefore, signal)
  const { life } = supervised.state
  if (life.kind !== 'failed') return success(null)
  const name = displayName({ alias: supervised.definition.alias, name: supervised.name })
  return failure('failed', `${name} was stopped but could not be started again: ${life.reason}.`.replace(/\.+$/, '.'))
}

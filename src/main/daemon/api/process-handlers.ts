import type { ParsedInputOf, Target } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { ProcessDetail } from '../../../shared/domain/rows.ts'
import { descendantsOf } from '../../../shared/graph/relatives.ts'
import { stopOrder } from '../../../shared/graph/start-order.ts'
import { layersOf } from '../supervisor/activation.ts'
import { attach } from '../supervisor/attach.ts'
import { edgesOf } from '../supervisor/dependences.ts'
import { detach } from '../supervisor/detach.ts'
import { hostOf } from '../supervisor/engine.ts'
import { dependenceRowsOf } from '../supervisor/gate.ts'
import { nameOf, type Supervised } from '../supervisor/model.ts'
import { processRowOf } from '../supervisor/rows.ts'
import { fingerprintOf } from '../supervisor/sample.ts'
import { setSecrets } from '../supervisor/set-secrets.ts'
import { startKnown, startProcess, waitForStart } from '../supervisor/start.ts'
import { askStop, stopReportOf, waitForEnd } from '../supervisor/stop.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { waitForCondition } from '../supervisor/waiting.ts'
import { findTarget } from './find-target.ts'
import type { Handlers, RequestContext } from './handlers.ts'

type ProcessMethods =
  | 'process.show'
  | 'process.start'
  | 'process.startKnown'
  | 'process.stop'
  | 'process.restart'
  | 'process.attach'
  | 'process.detach'
  | 'process.wait'
  | 'process.history'
  | 'process.setSecrets'

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
  const rowOf = (supervised: Supervised) => processRowOf(supervised, supervision.parts)
  return {
    'process.show': async (target) => {
      const found = await findTarget(supervision, target, 'read')
      return found.ok ? success(await detailOf(supervision, found.value)) : found
    },
    'process.attach': async (input) => {
      const session = await supervision.sessions.find(input.workspace, 'write')
      if (!session.ok) return session
      const attached = await attach(supervision, session.value, input)
      if (!attached.ok) return attached
      const { process, savedState, notices } = attached.value
      return success({ process: rowOf(process), savedState, notices: [...notices] })
    },
    'process.detach': async ({ target, purge }) => {
      const found = await findTarget(supervision, target, 'write')
      return found.ok ? detach(supervision, found.value, purge) : found
    },
    'process.wait': async ({ target, ...input }, { signal }) => {
      const found = await findTarget(supervision, target, 'read')
      return found.ok ? waitForCondition(supervision, found.value, input, signal) : found
    },
    'process.history': async ({ target, before, limit }) => {
      const found = await findTarget(supervision, target, 'read')
      return found.ok ? success(found.value.session.store?.history(found.value.id, before, limit) ?? []) : found
    },
    'process.setSecrets': async ({ target, env }) => {
      const found = await findTarget(supervision, target, 'write')
      if (!found.ok) return found
      const set = setSecrets(supervision, found.value, env)
      return set.ok ? success(rowOf(found.value)) : set
    },
    'process.start': (input) => startProcess(supervision, input),
    'process.startKnown': async ({ targets, force, adopt }) => {
      const found = await findTargets(supervision, targets)
      if (!found.ok) return found
      const results = await Promise.all(
        found.value.map((supervised) => startKnown(supervision, supervised, { force, adopt })),
      )
      const failed = results.find((result) => !result.ok)
      return failed && !failed.ok ? failed : success(found.value.map(rowOf))
    },
    'process.stop': (input, context) => stop(supervision, input, context),
    'process.restart': (input, context) => restart(supervision, input, context),
  }
}

async function detailOf(supervision: Supervision, supervised: Supervised): Promise<ProcessDetail> {
  const { parts } = supervision
  const { session, definition, name } = supervised
  const edges = dependenceRowsOf(session)
  return {
    row: processRowOf(supervised, parts),
    cwd: definition.cwd,
    envNames: Object.keys(definition.env).sort(),
    stopSignal: definition.stopSignal,
    graceMs: definition.graceMs,
    ready: definition.ready,
    fingerprint: await fingerprintOf(supervised, hostOf(parts, supervised).fingerprints()),
    states: [...supervised.states],
    parents: edges.filter(({ childId }) => childId === supervised.id),
    children: edges.filter(({ parent }) => parent.kind === 'process' && parent.id === supervised.id),
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
  const layers = input.withChildren ? withDependents(found.value) : [found.value]
  for (const layer of layers) {
    await Promise.all(
      layer.map(async (supervised) => {
        await askStop(supervision, supervised, { now: input.now, next: 'down' })
        // A parent is stopped when its children have ended, also when nobody waits for the answer any more.
        if (layers.length > 1) await waitForEnd(supervision, supervised)
        else if (input.wait) await waitForEnd(supervision, supervised, signal)
      }),
    )
  }
  const away = found.value.find(({ state }) => state.life.kind === 'unknown')
  return away ? cannotStopNow(away) : success(stopReportOf(supervision, layers.flat()))
}

/** The stop is remembered: that it was not possible now is told all the same. */
function cannotStopNow(supervised: Supervised) {
  const { life } = supervised.state
  const why = life.kind === 'unknown' ? `: ${life.reason}` : ''
  return failure(
    'unreachable',
    `${nameOf(supervised)} could not be stopped now${why}.`,
    'It is stopped as soon as it can be seen again',
  )
}

/** The processes and everything that depends on them, last ones first. */
function withDependents(all: readonly Supervised[]): Supervised[][] {
  const sessions = new Set(all.map(({ session }) => session))
  const wanted = new Set(all)
  for (const supervised of all) {
    const { session, id } = supervised
    for (const child of descendantsOf(edgesOf(session.dependences), id)) {
      const found = session.processes.get(child)
      if (found) wanted.add(found)
    }
  }
  return [...sessions]
    .flatMap((session) => layersOf(session, stopOrder))
    .map((layer) => layer.filter((supervised) => wanted.has(supervised)))
    .filter((layer) => layer.length > 0)
}

async function restart(supervision: Supervision, input: ParsedInputOf<'process.restart'>, { signal }: RequestContext) {
  const found = await findTargets(supervision, input.targets)
  if (!found.ok) return found
  const results = await Promise.all(
    found.value.map((supervised) => restartOne(supervision, supervised, input.wait, signal)),
  )
  const failed = results.find((result) => !result.ok)
  return failed && !failed.ok ? failed : success(stopReportOf(supervision, found.value))
}

async function restartOne(
  supervision: Supervision,
  supervised: Supervised,
  wait: boolean,
  signal: AbortSignal,
): Promise<Result<null>> {
  if (!mayBeRunning(supervised.state.life) || supervised.state.life.kind === 'ambiguous')
    return startKnown(supervision, supervised)
  if (supervised.state.life.kind === 'unknown') return startKnown(supervision, supervised)
  const runBefore = supervised.state.run
  await askStop(supervision, supervised, { now: false, next: 'start' })
  if (!wait) return success(null)
  await waitForEnd(supervision, supervised, signal)
  await waitForStart(supervision, supervised, runBefore, signal)
  const { life } = supervised.state
  if (life.kind !== 'failed') return success(null)
  const name = nameOf(supervised)
  return failure('failed', `${name} was stopped but could not be started again: ${life.reason}.`.replace(/\.+$/, '.'))
}

import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { type Dependence, dependenceKey, type Required } from '../../../shared/domain/dependence.ts'
import type { SavedState } from '../../../shared/domain/fingerprint.ts'
import { localHostName } from '../../../shared/domain/host.ts'
import type { ImportNote, ImportPlan, PlannedDependence, PlannedProcess } from '../../../shared/domain/import-plan.ts'
import { parseProcessUri } from '../../../shared/domain/process-uri.ts'
import type { Readiness } from '../../../shared/domain/readiness.ts'
import { defaultRestartLimit, type RestartPolicy } from '../../../shared/domain/restart.ts'
import type { SchemeHandlers } from '../../../shared/domain/scheme-handlers.ts'
import { findCycle } from '../../../shared/graph/find-cycle.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import { compileCondition } from '../conditions/condition.ts'
import type { Definition } from '../store/process-record.ts'
import type { ProcessSecret } from '../store/secrets-file.ts'
import { checkAlias, checkName, freeNameOfUri, hashOfUri } from '../workspace/names.ts'
import { type CommandPlace, readReadiness } from './check-readiness.ts'
import { defaultGraceMs, hostOfUri } from './definition.ts'
import { edgesOf, readRequired } from './dependences.ts'
import { hideValues, realValuesOf, revealArgv, revealEnv, revealUri } from './hidden-values.ts'
import { importedCommand, type Say } from './import-command.ts'
import { nameOf, type OpenSession, type Supervised } from './model.ts'
import { checkLabel } from './states.ts'

/** A process as an import would record it. */
export type DraftProcess = {
  readonly id: string
  readonly name: string
  /** The one of the session that it is; null for a new one. */
  readonly known: Supervised | null
  readonly definition: Definition
  readonly secret: ProcessSecret | null
  readonly states: readonly SavedState[]
}

/** Everything that an import would change, decided before anything is changed. */
export type ImportDraft = {
  readonly processes: readonly DraftProcess[]
  readonly dependences: readonly Dependence[]
  readonly notes: readonly ImportNote[]
}

export type DraftContext = {
  readonly session: OpenSession
  readonly handlers: SchemeHandlers
  /** What is stored under a reference of the secrets file. */
  readonly secretOf: (reference: string) => ProcessSecret | null
  /** Where programs without a folder are looked for. */
  readonly path: string
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** The file that a planned process comes from, for notes. */
  readonly fileOf: (planned: PlannedProcess) => string
}

/** Decides what of a plan becomes what; what cannot be taken over is added to the notes of the plan. */
/** `keepsHosts`: what is imported says on which machines its processes run. */
type DraftMachines = DraftContext & { readonly keepsHosts: boolean }

export function draftImport(plan: ImportPlan, context: DraftContext): ImportDraft {
  const notes = [...plan.notes]
  const processes: DraftProcess[] = []
  const byReference = new Map<string, string>()
  const machines = { ...context, keepsHosts: plan.format === 'procession' }
  for (const planned of plan.processes) {
    const name = planned.alias ?? planned.name ?? planned.argv?.[0] ?? 'process'
    const say: Say = (what, reason) => {
      notes.push({ file: context.fileOf(planned), line: planned.line, what: `${name}: ${what}`, reason })
    }
    const drafted = draftProcess(planned, processes, machines, say)
    if (drafted === null) continue
    if (!processes.includes(drafted)) processes.push(drafted)
    for (const reference of [planned.alias, planned.name])
      if (reference !== null) byReference.set(reference, drafted.id)
  }
  const sayEdge: Say = (what, reason) => {
    const [first] = plan.processes
    notes.push({ file: edgeFile(plan, first, context), line: null, what, reason })
  }
  const dependences = draftDependences(plan.dependences, { processes, byReference, session: context.session }, sayEdge)
  return { processes, dependences, notes }
}

const edgeFile = (plan: ImportPlan, first: PlannedProcess | undefined, { fileOf }: DraftContext): string =>
  plan.format === 'gutools' || first === undefined ? 'etc/session.yaml' : fileOf(first)

/** The same process: one with the same URI, or with the same name where the plan keeps names. */
function draftProcess(
  planned: PlannedProcess,
  earlier: readonly DraftProcess[],
  context: DraftMachines,
  say: Say,
): DraftProcess | null {
  const { session } = context
  const all = [...session.processes.values()]
  const named = planned.name === null ? undefined : all.find(({ name }) => name === planned.name)
  const host = hostOfPlanned(planned, named, context)
  const isHere = host === localHostName
  const wanted = planned.cwd ?? named?.definition.cwd ?? (isHere ? session.path : '~')
  const cwd = isHere ? resolve(session.path, wanted) : wanted
  const revealed = named ? reveal(planned, named, context) : planned
  const path = planned.env.PATH ?? context.path
  const command = importedCommand(revealed, { cwd, path, host, handlers: context.handlers }, say)
  if (command === null) return null
  const hash = hashOfUri(command.uri)
  const twin = earlier.find(({ definition }) => definition.uriHash === hash)
  if (twin && planned.name === null) {
    say('uri', `the same as of ${twin.definition.alias ?? twin.name}`)
    return twin
  }
  const known = named ?? all.find(({ definition }) => definition.uriHash === hash) ?? null
  const id = known?.id ?? randomUUID()
  const taken = takenNames(session, earlier, known)
  const name = known?.name ?? freeName(planned, command.uri, taken, say)
  const alias = freeAlias(planned, known, taken, say)
  const hidden = hiddenOf(planned, command, known, context)
  const kept = known?.definition
  const definition: Definition = {
    alias,
    uri: hidden.uri,
    // Of two URIs whose secrets are hidden nobody can say that they are the same.
    uriHash:
      hidden.uri === command.uri && hidden.isLost ? (kept?.uriHash ?? hashOfUri(`${command.uri}\0${name}`)) : hash,
    secretRef: hidden.secret !== null || hidden.isLost ? (kept?.secretRef ?? `process/${id}`) : null,
    host,
    argv: hidden.argv,
    exe: kept && JSON.stringify(kept.argv) === JSON.stringify(hidden.argv) ? kept.exe : null,
    cwd,
    env: hidden.env,
    restart: restartOf(planned, kept, say),
    restartLimit:
      planned.restartLimit === undefined ? (kept?.restartLimit ?? defaultRestartLimit) : planned.restartLimit,
    ready: readyOf(planned, { cwd, path, host }, say) ?? kept?.ready ?? null,
    match: kept?.match ?? null,
    shutdown: planned.shutdown ?? kept?.shutdown ?? false,
    pty: planned.pty ?? kept?.pty ?? false,
    stopSignal: planned.stopSignal ?? kept?.stopSignal ?? 'SIGTERM',
    graceMs: planned.graceMs ?? kept?.graceMs ?? defaultGraceMs,
  }
  return { id, name, known, definition, secret: hidden.secret, states: statesOf(planned, context, say) }
}

/** Only our own export says where a process ran: gutools ran everything on its own machine, whatever the URI names. */
function hostOfPlanned({ uri }: PlannedProcess, named: Supervised | undefined, { keepsHosts }: DraftMachines): string {
  const parsed = keepsHosts && uri !== null ? parseProcessUri(uri) : null
  return parsed?.ok ? hostOfUri(parsed.value) : (named?.definition.host ?? localHostName)
}

/** Dots of our own export stand for what is stored of the process. */
function reveal(planned: PlannedProcess, known: Supervised, { secretOf }: DraftContext): PlannedProcess {
  const { definition } = known
  const real = realValuesOf(definition, definition.secretRef === null ? null : secretOf(definition.secretRef))
  return {
    ...planned,
    uri: planned.uri === null ? null : revealUri(planned.uri, definition.uri, real.uri),
    argv: planned.argv && revealArgv(planned.argv, { shown: definition.argv, real: real.argv }),
  }
}

function hiddenOf(
  planned: PlannedProcess,
  command: { readonly uri: string; readonly argv: readonly string[] },
  known: Supervised | null,
  { secretOf }: DraftContext,
) {
  const definition = known?.definition ?? null
  const secret = definition === null || definition.secretRef === null ? null : secretOf(definition.secretRef)
  const stored = definition === null ? {} : realValuesOf(definition, secret).env
  const env = { ...stored, ...revealEnv(planned.env, stored) }
  return hideValues({ ...command, env }, new Set(Object.keys(secret?.env ?? {})))
}

type Taken = ReadonlySet<string>

function takenNames(session: OpenSession, earlier: readonly DraftProcess[], known: Supervised | null): Taken {
  const drafted = new Set(earlier.map(({ id }) => id))
  const others = [...session.processes.values()].filter((other) => other !== known && !drafted.has(other.id))
  return new Set([
    ...others.flatMap(({ name, definition }) => [name, definition.alias ?? name]),
    ...earlier.flatMap(({ name, definition }) => [name, definition.alias ?? name]),
  ])
}

function freeName(planned: PlannedProcess, uri: string, taken: Taken, say: Say): string {
  const { name } = planned
  const isPossible = name === null || checkName(name).ok
  if (name !== null && isPossible && !taken.has(name)) return name
  if (name !== null)
    say('name', `${isPossible ? 'another process has it here' : 'it cannot be a name'}, so it gets a new one`)
  return freeNameOfUri(uri, (candidate) => taken.has(candidate))
}

function freeAlias(planned: PlannedProcess, known: Supervised | null, taken: Taken, say: Say): string | null {
  const { alias } = planned
  const kept = known?.definition.alias ?? null
  if (alias === null) return kept
  if (checkAlias(alias).ok && !taken.has(alias)) return alias
  say('alias', taken.has(alias) ? 'another process is called that here' : 'it cannot be an alias')
  return kept
}

function restartOf(planned: PlannedProcess, kept: Definition | undefined, say: Say): RestartPolicy {
  const policy = planned.restart ?? kept?.restart ?? 'always'
  if (planned.launch || policy !== 'always') return policy
  // Whatever is kept alive is started by `activate`.
  say('restart', 'it is not to be started by itself, so it is not restarted either')
  return 'never'
}

function readyOf({ ready }: PlannedProcess, place: CommandPlace, say: Say): Readiness | null {
  if (ready === null) return null
  const read = readReadiness(ready, place)
  if (!read.ok) say('ready', read.message)
  return read.ok ? read.value : null
}

const statesOf = (planned: PlannedProcess, { now }: DraftContext, say: Say): SavedState[] =>
  planned.states.flatMap((state) => {
    const label = checkLabel(state.label)
    const condition = state.when === null ? null : compileCondition(state.when)
    const problem = !label.ok ? label.message : condition?.ok === false ? condition.message : null
    if (problem !== null) say(`state ${state.label.slice(0, 64)}`, problem)
    const { fingerprint } = state
    const shown = fingerprint && { ...fingerprint, cmdline: redactArgv(fingerprint.cmdline) }
    return problem === null ? [{ ...state, fingerprint: shown, savedAt: now }] : []
  })

type Ends = {
  readonly processes: readonly DraftProcess[]
  readonly byReference: ReadonlyMap<string, string>
  readonly session: OpenSession
}

function draftDependences(planned: readonly PlannedDependence[], ends: Ends, say: Say): Dependence[] {
  const { session, processes, byReference } = ends
  const nameById = new Map([...session.processes.values()].map((supervised) => [supervised.id, nameOf(supervised)]))
  for (const { id, name, definition } of processes) nameById.set(id, definition.alias ?? name)
  const idOf = (reference: string) => byReference.get(reference) ?? idInSession(session, reference)
  const known = new Set(session.dependences.map(dependenceKey))
  const wanted = new Map<string, Dependence>()
  for (const { parent, child, required, onLoss } of planned) {
    const childId = idOf(child)
    const parentId = idOf(parent)
    const problem = childId === null ? `there is no process ${child}` : labelProblem(required)
    if (childId === null || problem !== null) {
      say(`dependence of ${child} on ${parent}`, problem ?? '')
      continue
    }
    const dependence: Dependence = {
      sessionId: session.id,
      parent: parentId === null ? { kind: 'missing', name: parent } : { kind: 'process', id: parentId },
      required,
      childId,
      onLoss,
    }
    const key = dependenceKey(dependence)
    if (!known.has(key)) wanted.set(key, dependence)
  }
  return withoutCycles(session.dependences, [...wanted.values()], nameById, say)
}

/** Of every cycle the edge that the file names last is left out. */
function withoutCycles(
  before: readonly Dependence[],
  wanted: readonly Dependence[],
  nameById: ReadonlyMap<string, string>,
  say: Say,
): Dependence[] {
  let left = [...wanted]
  for (;;) {
    const cycle = findCycle(edgesOf(before), edgesOf(left).reverse())
    const [parent, child] = cycle ?? []
    if (cycle === null || parent === undefined || child === undefined) return left
    const names = cycle.map((id) => nameById.get(id) ?? id)
    say(`dependence of ${names[1]} on ${names[0]}`, `these processes would wait for each other: ${names.join(' → ')}`)
    left = left.filter(({ parent: end, childId }) => childId !== child || end.kind !== 'process' || end.id !== parent)
  }
}

function idInSession(session: OpenSession, reference: string): string | null {
  const all = [...session.processes.values()]
  const found =
    all.find(({ definition }) => definition.alias === reference) ?? all.find(({ name }) => name === reference)
  return found?.id ?? null
}

function labelProblem(required: Required): string | null {
  const read = readRequired(required.kind === 'state' ? required.label : '')
  return read.ok ? null : read.message
}

import { setTimeout as delay } from 'node:timers/promises'
import { type Life, type Program, programOf } from '../../../shared/domain/life.ts'
import type { ProcessState } from '../../../shared/machine/life-machine.ts'
import { machineRestarted } from '../../../shared/machine/restart-policy.ts'
import type { ProcessHost, RunRecord } from '../host/port.ts'
import type { Engine, EngineParts } from './engine.ts'
import { bySession, hostOf, recordPathOf } from './engine.ts'
import { findRunning, reconsider, takeFound } from './identity.ts'
import { isSupervised, type Supervised } from './model.ts'
import { unseenEnd } from './unseen-end.ts'

/**
 * How long a shim may take from being spawned to its first record line, and from the death of its program to its last.
 * Both took under 30 ms in hundreds of kills at random moments; the second look comes after this long.
 */
const secondLookMs = 250

/** What the record and the process table say about a run that an earlier daemon began. */
type Verdict = 'settled' | 'attached' | 'look-again' | 'look-for-mark'

/** The program that ran when it was last seen. */
const lastProgramOf = (life: Life): Program | null => (life.kind === 'unknown' ? life.program : programOf(life))

function verdictOf(supervised: Supervised, record: RunRecord, isAlive: boolean): Verdict {
  // Nobody records the run of a program that somebody else started.
  if (lastProgramOf(supervised.state.life)?.shimPid === null) return isAlive ? 'attached' : 'look-again'
  if (record.end !== null || record.execFailure !== null) return 'settled'
  // Its record may be lost; its pid and start time are certain all the same.
  if (record.program === null) return isAlive ? 'settled' : 'look-for-mark'
  return isAlive ? 'settled' : 'look-again'
}

const needsAdoption = (supervised: Supervised): boolean => {
  const { kind } = supervised.state.life
  return kind === 'starting' || kind === 'up' || kind === 'paused' || kind === 'stopping' || kind === 'unknown'
}

/** What the adoption of one session works with. */
export type AdoptionParts = {
  readonly engine: Engine
  readonly parts: EngineParts
  /** Every process of every session: a program belongs to one of them at most. */
  readonly everybody: () => readonly Supervised[]
}

/**
 * Finds out what became of every run that was going on when the last daemon ended, before anything may be launched:
 * the record first, then the program's identity, then the mark in the environment of living programs, twice, and last
 * whether somebody started the same program again. Afterwards no process is left whose life is only remembered.
 */
export async function adopt(context: AdoptionParts, all: readonly Supervised[]): Promise<void> {
  let open = all.filter(needsAdoption)
  for (const isLastLook of [false, true]) {
    open = await look(context, open, isLastLook)
    if (open.length === 0) break
    if (!isLastLook) await delay(secondLookMs)
  }
  const { engine, parts, everybody } = context
  for (const supervised of all) await reconsider(engine, parts, supervised, everybody)
  for (const supervised of all) rearm(context, supervised)
}

async function look(context: AdoptionParts, open: readonly Supervised[], isLastLook: boolean) {
  const { engine, parts } = context
  const undecided: Supervised[] = []
  const marked = new Map<ProcessHost, Awaited<ReturnType<ProcessHost['findMarked']>>>()
  const living = await livingOf(parts, open)
  for (const supervised of open) {
    const before = supervised.state
    const host = hostOf(parts, supervised)
    const record = host.readRecord(recordPathOf(supervised))
    const isAlive = living.has(supervised)
    switch (verdictOf(supervised, record, isAlive)) {
      case 'settled':
        engine.readRecord(supervised)
        seeAgain(engine, supervised, isAlive)
        resume(context, supervised, before)
        break
      case 'attached':
        seeAgain(engine, supervised, isAlive)
        resume(context, supervised, before)
        break
      case 'look-for-mark': {
        const here = marked.get(host) ?? (await host.findMarked())
        marked.set(host, here)
        const { run } = supervised.state
        const found = here.find(({ mark }) => mark.processId === supervised.id && mark.run === run)
        if (found) {
          engine.programSeen(supervised, { identity: found.identity, shimPid: found.shimPid })
          resume(context, supervised, before)
        } else if (!isLastLook) {
          undecided.push(supervised)
        } else if (lastProgramOf(supervised.state.life) === null) {
          neverStarted(context, supervised)
        } else {
          await endUnobserved(context, supervised, record)
          resume(context, supervised, before)
        }
        break
      }
      case 'look-again':
        if (isLastLook) {
          await endUnobserved(context, supervised, record)
          resume(context, supervised, before)
        } else {
          undecided.push(supervised)
        }
        break
    }
  }
  return undecided
}

/** Those whose program is alive, by one look at each host. */
async function livingOf(parts: EngineParts, open: readonly Supervised[]): Promise<ReadonlySet<Supervised>> {
  const living = new Set<Supervised>()
  const programs = open.flatMap((supervised) => {
    const host = hostOf(parts, supervised)
    const recorded = host.readRecord(recordPathOf(supervised)).program ?? lastProgramOf(supervised.state.life)
    return recorded === null ? [] : [{ supervised, host, identity: recorded.identity }]
  })
  for (const [host, all] of Map.groupBy(programs, (program) => program.host)) {
    const sights = await host.look(all.map(({ identity }) => identity))
    all.forEach(({ supervised }, index) => {
      if (sights[index] !== 'gone') living.add(supervised)
    })
  }
  return living
}

/** What was out of sight and is alive is seen again, also where its record is lost. */
function seeAgain(engine: Engine, supervised: Supervised, isAlive: boolean): void {
  const { life } = supervised.state
  if (life.kind === 'unknown' && life.program !== null && isAlive) engine.programSeen(supervised, life.program)
}

/** An intent that nothing came of. Where the process should be up the start is made good. */
function neverStarted(context: AdoptionParts, supervised: Supervised): void {
  const { engine, parts } = context
  const { run, life } = supervised.state
  const reason = 'The daemon ended before it could be started'
  engine.dispatch(supervised, { kind: 'could-not-start', at: parts.now(), run, reason })
  resume(context, supervised, supervised.state)
  const wasStarting = life.kind === 'starting' || (life.kind === 'unknown' && life.last === 'starting')
  if (wasStarting && supervised.desired === 'up' && isSupervised(supervised.session)) {
    engine.start(supervised, { actor: 'supervisor', why: 'the daemon ended before it could be started' })
  }
}

/** The program is gone and nobody saw it end: the machine or its recorder went down, and it may be running anew. */
async function endUnobserved(context: AdoptionParts, supervised: Supervised, record: RunRecord): Promise<void> {
  const { engine, parts } = context
  const host = hostOf(parts, supervised)
  const identity = record.program?.identity ?? lastProgramOf(supervised.state.life)?.identity
  const sameBoot = identity?.bootId === host.bootId
  const at = parts.now()
  const end = sameBoot ? unseenEnd(supervised, at) : { code: null, signal: null, at, reason: machineRestarted }
  const found =
    supervised.state.life.kind === 'stopping'
      ? ({ kind: 'none' } as const)
      : await findRunning(host, supervised, context.everybody)
  if (found.kind === 'none') {
    engine.end(supervised, end)
    return
  }
  const { run } = supervised.state
  engine.dispatch(supervised, { kind: 'ended', run, end, next: { kind: 'stay' }, open: false }, bySession)
  takeFound(engine, supervised, found, at)
}

/** What the last daemon had begun goes on where it was; a move since `before` has brought its own effects. */
function resume({ engine, parts }: AdoptionParts, supervised: Supervised, before: ProcessState): void {
  const { state } = supervised
  const { life } = state
  if (before.life.kind === 'unknown' && before.life.stop !== null && programOf(life) !== null) {
    const { graceMs } = supervised.definition
    const cause = { actor: 'supervisor', why: 'a stop was under way when its host was lost' } as const
    engine.dispatch(supervised, { kind: 'stop', at: parts.now(), by: 'user', graceMs, next: before.life.stop }, cause)
    return
  }
  if (life.kind === 'starting' && life.program !== null) {
    if (state === before) engine.perform(supervised, state, { kind: 'watch-ready' })
    return
  }
  if (life.kind !== 'stopping') return
  if (life.killAt === null) {
    engine.perform(supervised, state, { kind: 'kill-tree' })
  } else {
    engine.perform(supervised, state, { kind: 'signal-tree' })
    engine.perform(supervised, state, { kind: 'arm-kill', at: life.killAt })
  }
}

/** Back-off goes on counting; what was blocked is looked at by the next settling. */
function rearm({ engine, parts }: AdoptionParts, supervised: Supervised): void {
  const { state, session } = supervised
  if (state.life.kind === 'backoff' && !isSupervised(session)) {
    const next = { kind: 'down', reason: 'The session was deactivated' } as const
    engine.dispatch(supervised, { kind: 'stop', at: parts.now(), by: 'supervisor', graceMs: 0, next })
  } else if (state.life.kind === 'backoff' && supervised.restartTimer === null) {
    engine.perform(supervised, state, { kind: 'arm-restart', at: state.life.until })
  }
  if (state.life.kind === 'blocked') engine.settleSoon(session)
}

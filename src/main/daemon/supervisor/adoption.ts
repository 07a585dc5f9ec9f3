import { setTimeout as delay } from 'node:timers/promises'
import type { RunRecord } from '../adapters/exec/port.ts'
import type { Engine, EngineParts } from './engine.ts'
import { recordPathOf } from './engine.ts'
import type { Supervised } from './model.ts'

/**
 * How long a shim may take from being spawned to its first record line, and from the death of its program to its last.
 * Both took under 30 ms in hundreds of kills at random moments; the second look comes after this long.
 */
const secondLookMs = 250

/** What the record and the process table say about a run that an earlier daemon began. */
type Verdict = 'settled' | 'look-again' | 'look-for-mark'

function verdictOf(record: RunRecord, isAlive: boolean): Verdict {
  if (record.end !== null || record.execFailure !== null) return 'settled'
  if (record.program === null) return 'look-for-mark'
  return isAlive ? 'settled' : 'look-again'
}

const needsAdoption = (supervised: Supervised): boolean => {
  const { kind } = supervised.state.life
  return kind === 'starting' || kind === 'up' || kind === 'stopping' || kind === 'unknown'
}

/**
 * Finds out what became of every run that was going on when the last daemon ended, before anything may be launched:
 * the record first, then the program's identity, then the mark in the environment of living programs, twice. Afterwards
 * no process is left whose life is only remembered.
 */
export async function adopt(engine: Engine, parts: EngineParts, all: readonly Supervised[]): Promise<void> {
  let open = all.filter(needsAdoption)
  for (const isLastLook of [false, true]) {
    open = await look(engine, parts, open, isLastLook)
    if (open.length === 0) return
    if (!isLastLook) await delay(secondLookMs)
  }
}

async function look(engine: Engine, parts: EngineParts, open: readonly Supervised[], isLastLook: boolean) {
  const undecided: Supervised[] = []
  let marked: Awaited<ReturnType<EngineParts['host']['findMarked']>> | null = null
  for (const supervised of open) {
    const record = parts.host.readRecord(recordPathOf(supervised))
    const isAlive = record.program !== null && parts.host.isAlive(record.program.identity)
    switch (verdictOf(record, isAlive)) {
      case 'settled':
        engine.readRecord(supervised)
        resumeStop(engine, supervised)
        break
      case 'look-for-mark': {
        marked ??= await parts.host.findMarked()
        const { run } = supervised.state
        const found = marked.find(({ mark }) => mark.processId === supervised.id && mark.run === run)
        if (found) {
          const program = { identity: found.identity, shimPid: found.shimPid }
          engine.dispatch(supervised, { kind: 'program-seen', at: parts.now(), run, program })
          resumeStop(engine, supervised)
        } else if (isLastLook) {
          const reason = 'The daemon ended before it could be started'
          engine.dispatch(supervised, { kind: 'could-not-start', at: parts.now(), run, reason })
          resumeStop(engine, supervised)
        } else {
          undecided.push(supervised)
        }
        break
      }
      case 'look-again':
        if (isLastLook) {
          endUnobserved(engine, parts, supervised, record)
          resumeStop(engine, supervised)
        } else {
          undecided.push(supervised)
        }
        break
    }
  }
  return undecided
}

function endUnobserved(engine: Engine, parts: EngineParts, supervised: Supervised, record: RunRecord): void {
  const sameBoot = record.program?.identity.bootId === parts.host.bootId
  const end = {
    code: null,
    signal: null,
    at: parts.now(),
    reason: sameBoot ? 'recorder lost' : 'the machine was restarted',
  }
  engine.dispatch(supervised, { kind: 'ended', run: supervised.state.run, end })
}

/** A stop that the last daemon had begun goes on where it was. */
function resumeStop(engine: Engine, supervised: Supervised): void {
  const { state } = supervised
  if (state.life.kind !== 'stopping') return
  if (state.life.killAt === null) {
    engine.perform(supervised, state, { kind: 'kill-tree' })
  } else {
    engine.perform(supervised, state, { kind: 'signal-tree' })
    engine.perform(supervised, state, { kind: 'arm-kill', at: state.life.killAt })
  }
}

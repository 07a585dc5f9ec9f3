import { programOf } from '../../../shared/domain/life.ts'
import type { Engine, EngineParts } from './engine.ts'
import { recordPathOf } from './engine.ts'
import { reconsider } from './identity.ts'
import type { OpenSession, Supervised } from './model.ts'
import { isLaunching } from './tree-watch.ts'
import { isAttached, unseenEnd } from './unseen-end.ts'

/** The net under the record watch: inotify may overflow, and a killed shim writes no end at all. */
const sweepMs = 1000

/**
 * Looks at every living program once a second. An end that the watch missed is read from the record; a program that is
 * gone without one for two sweeps has lost its recorder. Also tries again to write what could not be saved.
 */
export function startSweep(engine: Engine, parts: EngineParts, sessions: () => Iterable<OpenSession>) {
  const missing = new WeakSet<Supervised>()
  const reconsidered = new WeakSet<Supervised>()

  function lookAt(supervised: Supervised): void {
    const { life } = supervised.state
    if (life.kind === 'stopping') return
    if (life.kind === 'ambiguous') {
      void lookAgain(supervised, life.candidates)
      return
    }
    const program = programOf(life)
    if (program === null) {
      if (life.kind === 'starting') lookForFirstWord(supervised)
      return
    }
    if (parts.host.isAlive(program.identity)) {
      missing.delete(supervised)
      lookForPause(supervised)
      return
    }
    if (engine.readRecord(supervised)) return
    // A shim writes the end a moment after its program is gone; a program without one has nothing to wait for.
    if (!isAttached(supervised) && !missing.has(supervised)) {
      missing.add(supervised)
      return
    }
    missing.delete(supervised)
    parts.log.warn({ process: supervised.name, record: recordPathOf(supervised) }, 'A program ended without a record')
    engine.end(supervised, unseenEnd(supervised, parts.now()))
  }

  /** A person who ends all but one of several programs has chosen. */
  async function lookAgain(supervised: Supervised, candidates: readonly { readonly pid: number }[]): Promise<void> {
    const isLeft = ({ pid }: { readonly pid: number }) => parts.host.describe(pid) !== null && !isClaimed(pid)
    if (reconsidered.has(supervised) || candidates.every(isLeft)) return
    reconsidered.add(supervised)
    try {
      await reconsider(engine, parts, supervised, everybody)
    } catch (error) {
      parts.log.warn({ error, process: supervised.name }, 'The programs that it could be could not be looked at')
    } finally {
      reconsidered.delete(supervised)
    }
  }

  const everybody = () => [...sessions()].flatMap((session) => [...session.processes.values()])
  const isClaimed = (pid: number) => everybody().some((other) => programOf(other.state.life)?.identity.pid === pid)

  /** A shim that was killed before its first word leaves a start that would never end. */
  function lookForFirstWord(supervised: Supervised): void {
    engine.readRecord(supervised)
    const { run, life } = supervised.state
    if (life.kind !== 'starting' || supervised.launching === null || isLaunching(supervised)) return
    if (!missing.has(supervised)) {
      missing.add(supervised)
      return
    }
    missing.delete(supervised)
    const reason = 'Its recorder was ended before the program began'
    engine.dispatch(supervised, { kind: 'could-not-start', at: parts.now(), run, reason })
  }

  function lookForPause(supervised: Supervised): void {
    const { life, run } = supervised.state
    if (life.kind !== 'up' && life.kind !== 'paused') return
    const isStopped = parts.host.isStopped(life.program.identity)
    if (isStopped === (life.kind === 'paused')) return
    engine.dispatch(supervised, { kind: isStopped ? 'paused' : 'continued', at: parts.now(), run })
  }

  const timer = setInterval(() => {
    for (const session of sessions()) {
      if (session.readOnly !== null) continue
      engine.flush(session)
      for (const supervised of session.processes.values()) lookAt(supervised)
    }
  }, sweepMs)
  return { close: () => clearInterval(timer) }
}

import type { Engine, EngineParts } from './engine.ts'
import { recordPathOf } from './engine.ts'
import type { OpenSession, Supervised } from './model.ts'

/** The net under the record watch: inotify may overflow, and a killed shim writes no end at all. */
const sweepMs = 1000

/**
 * Looks at every living program once a second. An end that the watch missed is read from the record; a program that is
 * gone without one for two sweeps has lost its recorder. Also tries again to write what could not be saved.
 */
export function startSweep(engine: Engine, parts: EngineParts, sessions: () => Iterable<OpenSession>) {
  const missing = new WeakSet<Supervised>()

  function lookAt(supervised: Supervised): void {
    const { life, run } = supervised.state
    if (life.kind === 'starting') {
      engine.readRecord(supervised)
      return
    }
    if (life.kind !== 'up') return
    if (parts.host.isAlive(life.program.identity)) {
      missing.delete(supervised)
      return
    }
    if (engine.readRecord(supervised)) return
    if (!missing.has(supervised)) {
      missing.add(supervised)
      return
    }
    missing.delete(supervised)
    parts.log.warn({ process: supervised.name, record: recordPathOf(supervised) }, 'A program ended without a record')
    const end = { code: null, signal: null, at: parts.now(), reason: 'recorder lost' }
    engine.dispatch(supervised, { kind: 'ended', run, end })
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

import { isReachable } from '../../../shared/domain/host.ts'
import { programOf } from '../../../shared/domain/life.ts'
import { HostUnreachable, type ProcessHost, type Sight } from '../host/port.ts'
import type { Engine, EngineParts } from './engine.ts'
import { hostOf, recordPathOf } from './engine.ts'
import { reconsider } from './identity.ts'
import type { OpenSession, Supervised } from './model.ts'
import { isLaunching } from './tree-watch.ts'
import { isAttached, unseenEnd } from './unseen-end.ts'

/** The net under the record watch: inotify may overflow, and a killed shim writes no end at all. */
const sweepMs = 1000

/**
 * Looks at every living program once a second, host by host. An end that the watch missed is read from the record; a
 * program that is gone without one for two sweeps has lost its recorder. Also tries again to write what could not be saved.
 * `lookForLost` gets processes of a reachable host of which nobody knows whether they run.
 */
export function startSweep(
  engine: Engine,
  parts: EngineParts,
  sessions: () => Iterable<OpenSession>,
  lookForLost: (all: readonly Supervised[]) => Promise<void>,
) {
  const missing = new WeakSet<Supervised>()
  const reconsidered = new WeakSet<Supervised>()
  /** Hosts whose last sweep is not over: a slow one holds up nobody else. */
  const busy = new Set<string>()

  async function sweepHost(host: ProcessHost, all: readonly Supervised[]): Promise<void> {
    // A look that failed while the machine could be reached is made good.
    const lost = all.filter(({ state }) => state.life.kind === 'unknown')
    if (lost.length > 0) await lookForLost(lost)
    const seen = all.map((supervised) => ({ supervised, program: programOf(supervised.state.life) }))
    const living = seen.flatMap(({ supervised, program }) => (program === null ? [] : [{ supervised, program }]))
    const sights = living.length === 0 ? [] : await host.look(living.map(({ program }) => program.identity))
    living.forEach(({ supervised, program }, index) => {
      // It has moved on while it was looked at.
      if (programOf(supervised.state.life)?.identity !== program.identity) return
      judge(supervised, sights[index] ?? 'gone')
    })
    for (const { supervised, program } of seen) {
      const { life } = supervised.state
      if (life.kind === 'ambiguous') await lookAgain(host, supervised, life.candidates)
      else if (program === null && life.kind === 'starting') await lookForFirstWord(host, supervised)
    }
  }

  function judge(supervised: Supervised, sight: Sight): void {
    const { life, run } = supervised.state
    if (life.kind === 'stopping') return
    if (sight !== 'gone') {
      missing.delete(supervised)
      const isStopped = sight === 'stopped'
      if ((life.kind !== 'up' && life.kind !== 'paused') || isStopped === (life.kind === 'paused')) return
      engine.dispatch(supervised, { kind: isStopped ? 'paused' : 'continued', at: parts.now(), run })
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
  async function lookAgain(
    host: ProcessHost,
    supervised: Supervised,
    candidates: readonly { readonly pid: number }[],
  ): Promise<void> {
    if (reconsidered.has(supervised)) return
    reconsidered.add(supervised)
    try {
      const left = await Promise.all(
        candidates.map(async ({ pid }) => !isClaimed(host, pid) && (await host.describe(pid))),
      )
      if (!left.every(Boolean)) await reconsider(engine, parts, supervised, everybody)
    } finally {
      reconsidered.delete(supervised)
    }
  }

  const everybody = () => [...sessions()].flatMap((session) => [...session.processes.values()])
  const isClaimed = ({ name }: ProcessHost, pid: number) =>
    everybody().some(({ definition, state }) => definition.host === name && programOf(state.life)?.identity.pid === pid)

  /** A shim that was killed before its first word leaves a start that would never end. */
  async function lookForFirstWord(host: ProcessHost, supervised: Supervised): Promise<void> {
    engine.readRecord(supervised)
    const { run, life } = supervised.state
    if (life.kind !== 'starting' || supervised.launching === null || (await isLaunching(host, supervised))) return
    if (supervised.state.life !== life) return
    if (!missing.has(supervised)) {
      missing.add(supervised)
      return
    }
    missing.delete(supervised)
    const reason = 'Its recorder was ended before the program began'
    engine.dispatch(supervised, { kind: 'could-not-start', at: parts.now(), run, reason })
  }

  function sweep(): void {
    const byHost = new Map<string, Supervised[]>()
    for (const session of sessions()) {
      if (session.readOnly !== null) continue
      engine.flush(session)
      for (const supervised of session.processes.values()) {
        const { host } = supervised.definition
        const others = byHost.get(host)
        if (others === undefined) byHost.set(host, [supervised])
        else others.push(supervised)
      }
    }
    for (const [name, all] of byHost) {
      const [first] = all
      if (first === undefined || busy.has(name) || !isReachable(parts.hosts.state(name))) continue
      busy.add(name)
      sweepHost(hostOf(parts, first), all)
        .catch((error: unknown) => {
          if (!(error instanceof HostUnreachable))
            parts.log.warn({ error, host: name }, 'A host could not be looked at')
        })
        .finally(() => busy.delete(name))
    }
  }

  const timer = setInterval(sweep, sweepMs)
  return { close: () => clearInterval(timer) }
}

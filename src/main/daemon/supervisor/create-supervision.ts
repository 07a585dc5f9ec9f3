import type { SchemeHandlers } from '../../../shared/domain/scheme-handlers.ts'
import type { ReadyProbes } from '../host/ready-port.ts'
import type { HomeStore } from '../store/home-store.ts'
import type { LockHolder } from '../store/lock.ts'
import { createEngine, type EngineParts } from './engine.ts'
import { watchEtc } from './etc-input.ts'
import { watchHosts } from './host-watch.ts'
import { fillFromOriginal } from './original.ts'
import { watchReady } from './readiness.ts'
import { createSessions } from './sessions.ts'
import type { Supervision } from './supervision.ts'
import { startSweep } from './sweep.ts'
import { createTagger } from './tags.ts'

/** What the supervisor needs from outside: the machine, the stores, and who listens. */
export type SupervisionParts = Omit<EngineParts, 'watchReady'> & {
  /** Those that ask on the machine with this name. */
  readonly probes: (host: string) => ReadyProbes
  readonly homeStore: HomeStore
  readonly machineId: string
  readonly self: LockHolder
  readonly handlers: () => SchemeHandlers
}

/** Puts the supervisor together. Nothing is looked at or launched before `sessions.openKnown`. */
export function createSupervision(outside: SupervisionParts): Supervision & { readonly close: () => void } {
  const { probes, homeStore, machineId, self, handlers, ...rest } = outside
  const parts: EngineParts = {
    ...rest,
    watchReady: (supervised) => watchReady(engine, parts, probes(supervised.definition.host), supervised),
  }
  const engine = createEngine(parts)
  const sessions = createSessions({
    engine,
    parts,
    homeStore,
    machineId,
    self,
    onOpen: (session) => watchEtc(() => supervision, session),
    fill: (session, original) => fillFromOriginal(supervision, session, original),
  })
  const { lookForLost } = watchHosts({ engine, parts, everybody: sessions.processes, sessions: sessions.all })
  const tagger = createTagger(engine, parts, sessions.all)
  const supervision: Supervision = { engine, parts, sessions, tagger, handlers }
  const sweep = startSweep(engine, parts, sessions.all, lookForLost)
  const close = () => {
    sweep.close()
    tagger.close()
    sessions.close()
  }
  return { ...supervision, close }
}

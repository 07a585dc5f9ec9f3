import { type HostState, isReachable, localHostName } from '../../../shared/domain/host.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { hostLostReason } from '../../../shared/text/host.ts'
import { HostUnreachable } from '../host/port.ts'
import { type AdoptionParts, adopt } from './adoption.ts'
import { hostOf } from './engine.ts'
import { placeOf } from './launch.ts'
import { isSupervised, type OpenSession, type Supervised } from './model.ts'

export type HostWatchParts = AdoptionParts & { readonly sessions: () => Iterable<OpenSession> }

/**
 * What becomes of processes when the link to their host changes: without it nobody knows whether they run, and nothing of
 * them is started elsewhere; with it they are looked for, as after a start of the daemon, before anything is launched.
 */
export function watchHosts(context: HostWatchParts): {
  readonly lookForLost: (all: readonly Supervised[]) => Promise<void>
} {
  const { parts, engine } = context
  parts.hosts.onState((name, state) => {
    if (!isReachable(state)) {
      lose(context, livingOn(context, name), name, state)
      for (const session of context.sessions()) engine.settleSoon(session)
      return
    }
    lookQuietly(context, livingOn(context, name))
  })
  return { lookForLost: (all) => welcome(context, all) }
}

/** Processes of a session that lie on other machines: unknown until those have been asked. Asks for the connections. */
export function awaitHosts(context: AdoptionParts, all: readonly Supervised[]): void {
  const { parts } = context
  const remote = all.filter(({ definition }) => definition.host !== localHostName)
  for (const [name, there] of Map.groupBy(remote, ({ definition }) => definition.host)) {
    const state = parts.hosts.state(name)
    if (!isReachable(state)) lose(context, there, name, state)
    const isNeeded = there.some(
      ({ session, desired, state: { life } }) =>
        session.confirmed && (mayBeRunning(life) || (desired === 'up' && isSupervised(session))),
    )
    if (isNeeded) void parts.hosts.ensure(name)
    if (isReachable(state)) lookQuietly(context, there)
  }
}

function lookQuietly(context: AdoptionParts, all: readonly Supervised[]): void {
  welcome(context, all).catch((error: unknown) => {
    // Lost again meanwhile: the next connection, or the next sweep, looks again.
    if (error instanceof HostUnreachable) return
    context.parts.log.error({ error, host: all[0]?.definition.host }, 'A host could not be looked at')
  })
}

function livingOn({ sessions }: HostWatchParts, name: string): Supervised[] {
  return [...sessions()].flatMap((session) =>
    session.readOnly === null
      ? [...session.processes.values()].filter(({ definition }) => definition.host === name)
      : [],
  )
}

function lose({ engine, parts }: AdoptionParts, all: readonly Supervised[], name: string, state: HostState): void {
  const reason = hostLostReason(name, state)
  for (const supervised of all) engine.dispatch(supervised, { kind: 'lost', at: parts.now(), reason })
}

/** They are being looked for already. */
const lookedFor = new WeakSet<Supervised>()

async function welcome(context: AdoptionParts, all: readonly Supervised[]): Promise<void> {
  const { engine, parts } = context
  const unseen = all.filter((supervised) => supervised.state.life.kind === 'unknown' && !lookedFor.has(supervised))
  for (const supervised of unseen) lookedFor.add(supervised)
  try {
    for (const supervised of unseen) hostOf(parts, supervised).keep(placeOf(supervised))
    for (const supervised of unseen) await hostOf(parts, supervised).refresh(supervised.id)
    await adopt(context, unseen)
  } finally {
    for (const supervised of unseen) lookedFor.delete(supervised)
  }
  for (const session of new Set(all.map(({ session }) => session))) engine.settleSoon(session)
}

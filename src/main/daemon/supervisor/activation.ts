import { hostname } from 'node:os'
import { isReachable } from '../../../shared/domain/host.ts'
import { canBeStopped, isAtRest } from '../../../shared/domain/life.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { startOrder, stopOrder } from '../../../shared/graph/start-order.ts'
import { askConsent } from './consent.ts'
import { type Cause, hostOf } from './engine.ts'
import { collectGarbage } from './garbage.ts'
import { findRunning, takeFound } from './identity.ts'
import { nameOf, type OpenSession, type Supervised } from './model.ts'
import { sessionRowOf } from './rows.ts'
import { endTree, waitForEnd } from './stop.ts'
import type { Supervision } from './supervision.ts'

export type Activation = {
  readonly session: OpenSession
  readonly alreadyActive: boolean
  /** Names of the processes that were found running. */
  readonly adopted: readonly string[]
}

const byActivate: Cause = { actor: 'user', why: 'activate' }
const byDeactivate: Cause = { actor: 'user', why: 'deactivate' }

/**
 * Supervises a session from now on: looks for what runs already, then starts what should be up, parents first and
 * independent ones together. Once active, another call changes nothing.
 */
export async function activate(
  supervision: Supervision,
  session: OpenSession,
  options: { readonly yes: boolean },
): Promise<Result<Activation>> {
  const { engine, parts, sessions } = supervision
  if (!session.confirmed && !options.yes) return askConsent(session)
  if (session.active && session.confirmed) return success({ session, alreadyActive: true, adopted: [] })
  session.active = true
  session.confirmed = true
  session.store?.setActive(true)
  session.store?.setPlace(session.path, hostname(), sessions.machineId)
  sessions.confirm(session)
  parts.publish({ kind: 'session', session: sessionRowOf(session) })

  const cleared = await collectGarbage(supervision, session, false)
  if (!cleared.ok) parts.log.warn({ session: session.path }, cleared.message)

  const adopted: string[] = []
  const wanted = wantedProcesses(session)
  for (const supervised of wanted) {
    // One whose host is away waits for it, and is looked for then.
    if (!isAtRest(supervised.state.life) || !isReachable(parts.hosts.state(supervised.definition.host))) continue
    const found = await findRunning(hostOf(parts, supervised), supervised, sessions.processes)
    if (takeFound(engine, supervised, found, parts.now()) && found.kind === 'one') adopted.push(nameOf(supervised))
  }
  const startable = new Set(wanted.filter(canBeStarted))
  for (const layer of layersOf(session, startOrder)) {
    for (const supervised of layer) if (startable.has(supervised)) engine.start(supervised, byActivate)
  }
  return success({ session, alreadyActive: false, adopted })
}

/** What a deactivation is just stopping is started when that is over. */
const canBeStarted = ({ state: { life } }: Supervised): boolean => isAtRest(life) || life.kind === 'stopping'

/** What should be up and is not: everything that is kept alive, and what was up when the session was deactivated. */
const wantedProcesses = (session: OpenSession): Supervised[] =>
  [...session.processes.values()].filter(
    (supervised) =>
      canBeStarted(supervised) && (supervised.definition.restart === 'always' || supervised.desired === 'up'),
  )

/**
 * Stops supervising, then ends everything that has shutdown 1, children before their parents. What has shutdown 0 goes on
 * without supervision. Goes on to its end although nobody may be waiting for it any more, because the order counts, but
 * gives way to an activation. Answers the processes that were to end.
 */
export async function deactivate(supervision: Supervision, session: OpenSession): Promise<Supervised[]> {
  const { engine, parts } = supervision
  session.active = false
  session.store?.setActive(false)
  parts.publish({ kind: 'session', session: sessionRowOf(session) })
  const waiting = [...session.processes.values()].filter(({ state: { life } }) =>
    ['blocked', 'backoff', 'ambiguous'].includes(life.kind),
  )
  const down = { kind: 'down', reason: 'The session was deactivated' } as const
  for (const supervised of waiting) {
    engine.dispatch(
      supervised,
      { kind: 'stop', at: parts.now(), by: 'supervisor', graceMs: 0, next: down },
      byDeactivate,
    )
  }
  const ended: Supervised[] = []
  for (const layer of layersOf(session, stopOrder)) {
    if (session.active) break
    const stopping = layer.filter((supervised) => supervised.definition.shutdown && canBeStopped(supervised.state.life))
    await Promise.all(
      stopping.map(async (supervised) => {
        await endTree(supervision, supervised, { now: false, next: 'down', cause: byDeactivate, reason: down.reason })
        await waitForEnd(supervision, supervised)
      }),
    )
    ended.push(...stopping)
  }
  return ended
}

/** The processes of a session in the order that their dependences give. */
export function layersOf(session: OpenSession, order: typeof startOrder): Supervised[][] {
  const edges = session.dependences.flatMap(({ parent, childId }) =>
    parent.kind === 'process' ? [{ parent: parent.id, child: childId }] : [],
  )
  return order([...session.processes.keys()], edges).map((layer) =>
    layer.flatMap((id) => session.processes.get(id) ?? []),
  )
}

import { type Dependence, dependenceKey, requiredText } from '../../../shared/domain/dependence.ts'
import type { Cause, Engine, EngineParts } from './engine.ts'
import { dependenceRowsOf, holds, metSentence, parentOf, waitsOf } from './gate.ts'
import { isSupervised, nameOf, type OpenSession, type Supervised } from './model.ts'

/** What was last seen of one session, to notice what has changed. */
type Seen = { readonly held: Map<string, boolean>; edges: string; readonly waits: Map<string, string> }

const seenOf = new WeakMap<OpenSession, Seen>()
const seenNothing = (): Seen => ({ held: new Map(), edges: '', waits: new Map() })

/** Before anything is looked for: what held when the last daemon ended may have been lost since. */
export function rememberHeld(session: OpenSession): void {
  const held = session.dependences.map((dependence) => [dependenceKey(dependence), holds(session, dependence)] as const)
  seenOf.set(session, { ...seenNothing(), held: new Map(held) })
}

/**
 * After moves and changed states: launches what waited and may go now, acts on parents that were lost, and publishes what
 * people see of it. Runs once per burst of moves.
 */
export function settle(engine: Engine, parts: EngineParts, session: OpenSession): void {
  if (session.readOnly !== null) return
  const seen = seenOf.get(session) ?? seenNothing()
  seenOf.set(session, seen)
  forgetRemoved(session, seen)
  for (const dependence of session.dependences) noticeLoss(engine, parts, session, dependence, seen)
  for (const supervised of session.processes.values()) {
    if (supervised.state.life.kind === 'blocked') lookAtBlocked(engine, parts, supervised, seen)
    else seen.waits.delete(supervised.id)
  }
  publishEdges(parts, session, seen)
}

/** One that is added again later begins anew: what happened between concerned it no more. */
function forgetRemoved(session: OpenSession, { held }: Seen): void {
  const keys = new Set(session.dependences.map(dependenceKey))
  for (const key of held.keys()) if (!keys.has(key)) held.delete(key)
}

function lookAtBlocked(engine: Engine, parts: EngineParts, supervised: Supervised, seen: Seen): void {
  const waits = waitsOf(supervised, parts)
  if (waits.length === 0) {
    const why = metSentence(supervised)
    engine.dispatch(supervised, { kind: 'gate-opened', at: parts.now() }, { actor: 'supervisor', why })
    return
  }
  const text = JSON.stringify(waits)
  if (seen.waits.get(supervised.id) === text) return
  seen.waits.set(supervised.id, text)
  engine.publish(supervised)
}

/** A parent that was what its child needs and is not any more. */
function noticeLoss(
  engine: Engine,
  parts: EngineParts,
  session: OpenSession,
  dependence: Dependence,
  seen: Seen,
): void {
  const key = dependenceKey(dependence)
  const heldBefore = seen.held.get(key) ?? false
  const parent = parentOf(session, dependence)
  // Not knowing is not a loss: after a start of the daemon a parent is looked for first.
  if (parent?.state.life.kind === 'unknown') return
  const heldNow = holds(session, dependence)
  seen.held.set(key, heldNow)
  // Without supervision nothing is stopped or started but by hand.
  if (!heldBefore || heldNow || dependence.onLoss === 'keep' || !isSupervised(session)) return
  const child = session.processes.get(dependence.childId)
  const { kind } = child?.state.life ?? { kind: 'down' }
  if (child === undefined || (kind !== 'up' && kind !== 'starting' && kind !== 'paused')) return
  const name = parent ? nameOf(parent) : 'its parent'
  const reason = `Stopped because ${name} is no longer ${requiredText(dependence.required)}`
  const cause: Cause = { actor: 'supervisor', why: `${name} is no longer ${requiredText(dependence.required)}` }
  const isRestart = dependence.onLoss === 'restart'
  if (!isRestart) child.desired = 'down'
  engine.dispatch(
    child,
    {
      kind: 'stop',
      at: parts.now(),
      by: 'supervisor',
      graceMs: child.definition.graceMs,
      next: isRestart ? { kind: 'wait' } : { kind: 'down', reason },
    },
    cause,
  )
}

function publishEdges(parts: EngineParts, session: OpenSession, seen: Seen): void {
  const dependences = dependenceRowsOf(session)
  const text = JSON.stringify(dependences)
  if (text === seen.edges || (seen.edges === '' && dependences.length === 0)) return
  seen.edges = text
  parts.publish({ kind: 'dependences', sessionId: session.id, dependences })
}

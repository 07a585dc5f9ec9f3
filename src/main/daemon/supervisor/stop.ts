import type { StopReport } from '../../../shared/contract/contract.ts'
import { isReachable } from '../../../shared/domain/host.ts'
import type { AfterStop } from '../../../shared/domain/life.ts'
import { isAtRest } from '../../../shared/domain/life.ts'
import { byUser, type Cause, hostOf } from './engine.ts'
import { nameOf, type Supervised } from './model.ts'
import { processRowOf } from './rows.ts'
import type { Supervision } from './supervision.ts'
import { waitFor } from './wait-for.ts'

/** After SIGKILL to the whole tree; what is still there then is reported as a survivor. */
const killPatienceMs = 10_000

const ended = (supervised: Supervised): boolean => {
  const { life } = supervised.state
  return life.kind !== 'stopping' || life.survivors.length > 0
}

export type StopOptions = {
  readonly now: boolean
  readonly next: 'down' | 'start'
  readonly cause?: Cause
  readonly reason?: string
}

/**
 * Asks for the end of a process and everything it started. `now` skips the countdown. What ended before is left as it
 * is, unless it left children behind: those are stopped.
 */
export async function askStop(supervision: Supervision, supervised: Supervised, options: StopOptions): Promise<void> {
  supervised.stopsAsked += 1
  supervised.desired = options.next === 'start' ? 'up' : 'down'
  await endTree(supervision, supervised, options)
}

/** The stop itself, without a word about what is wanted later. */
export async function endTree(supervision: Supervision, supervised: Supervised, options: StopOptions): Promise<void> {
  const { engine, parts } = supervision
  const { life } = supervised.state
  if (isAtRest(life)) {
    const mayBeLeft = life.kind !== 'new' && isReachable(parts.hosts.state(supervised.definition.host))
    const left = mayBeLeft ? await hostOf(parts, supervised).treeMembers(engine.treeTargetOf(supervised)) : []
    if (left.length === 0) return
  }
  const at = parts.now()
  const graceMs = options.now ? 0 : supervised.definition.graceMs
  const cause = options.cause ?? byUser
  const by = cause.actor
  const reason = options.reason ?? (by === 'user' ? 'Stopped by you' : 'Stopped by the session')
  const next: AfterStop = options.next === 'start' ? { kind: 'start' } : { kind: 'down', reason }
  engine.dispatch(supervised, { kind: 'stop', at, by, graceMs, next }, cause)
  if (options.now) engine.dispatch(supervised, { kind: 'kill', at, run: supervised.state.run }, cause)
}

/** Stops and resolves when nobody is left, or when it is clear that somebody will not go. */
export async function stopAndWait(
  supervision: Supervision,
  supervised: Supervised,
  options: { readonly now: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  await askStop(supervision, supervised, { now: options.now, next: 'down' })
  await waitForEnd(supervision, supervised, options.signal)
}

export async function waitForEnd(
  _supervision: Supervision,
  supervised: Supervised,
  signal?: AbortSignal,
): Promise<void> {
  const timeoutMs = supervised.definition.graceMs + killPatienceMs
  await waitFor(supervised, () => ended(supervised), { timeoutMs, ...(signal ? { signal } : {}) })
}

/** Rows after a stop or restart, and who is still alive. */
export const stopReportOf = (supervision: Supervision, all: readonly Supervised[]): StopReport => ({
  processes: all.map((supervised) => processRowOf(supervised, supervision.parts)),
  survivors: survivorsOf(all),
})

export const survivorsOf = (all: readonly Supervised[]): StopReport['survivors'] =>
  all.flatMap((supervised) => {
    const { life } = supervised.state
    if (life.kind !== 'stopping' || life.survivors.length === 0) return []
    return [{ name: nameOf(supervised), pids: [...life.survivors] }]
  })

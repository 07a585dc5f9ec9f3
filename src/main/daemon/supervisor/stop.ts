import type { StopReport } from '../../../shared/contract/contract.ts'
import { displayName } from '../../../shared/domain/rows.ts'
import type { Supervised } from './model.ts'
import { processRowOf } from './rows.ts'
import type { Supervision } from './supervision.ts'

/** After SIGKILL to the whole tree; what is still there then is reported as a survivor. */
const killPatienceMs = 10_000

const ended = (supervised: Supervised): boolean => {
  const { life } = supervised.state
  return life.kind !== 'stopping' || life.survivors.length > 0
}

/**
 * Asks for the end of a process and everything it started. `now` skips the countdown. What ended before is left as it
 * is, unless it left children behind: those are stopped.
 */
export async function askStop(
  supervision: Supervision,
  supervised: Supervised,
  options: { readonly now: boolean; readonly next: 'down' | 'start' },
): Promise<void> {
  const { engine, parts } = supervision
  supervised.desired = options.next === 'start' ? 'up' : 'down'
  const { life } = supervised.state
  const isOver = life.kind === 'new' || life.kind === 'down' || life.kind === 'exited' || life.kind === 'failed'
  if (isOver) {
    const left = life.kind === 'new' ? [] : await parts.host.treeMembers(engine.treeTargetOf(supervised))
    if (left.length === 0) return
  }
  const at = parts.now()
  const graceMs = options.now ? 0 : supervised.definition.graceMs
  engine.dispatch(supervised, { kind: 'stop', at, by: 'user', graceMs, next: options.next }, 'user')
  if (options.now) engine.dispatch(supervised, { kind: 'kill', at, run: supervised.state.run }, 'user')
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
  supervision: Supervision,
  supervised: Supervised,
  signal?: AbortSignal,
): Promise<void> {
  const timeoutMs = supervised.definition.graceMs + killPatienceMs
  await supervision.engine.waitFor(supervised, () => ended(supervised), { timeoutMs, ...(signal ? { signal } : {}) })
}

/** Rows after a stop or restart, and who is still alive. */
export const stopReportOf = (all: readonly Supervised[]): StopReport => ({
  processes: all.map(processRowOf),
  survivors: all.flatMap((supervised) => {
    const { life } = supervised.state
    if (life.kind !== 'stopping' || life.survivors.length === 0) return []
    const name = displayName({ alias: supervised.definition.alias, name: supervised.name })
    return [{ name, pids: [...life.survivors] }]
  }),
})

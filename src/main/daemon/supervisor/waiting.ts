import { setTimeout as delay } from 'node:timers/promises'
import type { ParsedInputOf, WaitPart } from '../../../shared/contract/contract.ts'
import { programOf } from '../../../shared/domain/life.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { type Condition, compileCondition } from '../conditions/condition.ts'
import { hostOf } from './engine.ts'
import { isForgotten, type Supervised } from './model.ts'
import { processRowOf } from './rows.ts'
import { sampleOf } from './sample.ts'
import type { Supervision } from './supervision.ts'

/** Between two looks; a move of the process is looked at at once. */
const lookMs = 250

type WaitInput = Omit<ParsedInputOf<'process.wait'>, 'target'>

/** Waits for a condition on one process. What is wrong with the condition is said before any waiting. */
export function waitForCondition(
  supervision: Supervision,
  supervised: Supervised,
  input: WaitInput,
  signal: AbortSignal,
): Result<AsyncIterable<WaitPart>> {
  const condition = input.condition === null ? success(null) : compileCondition(input.condition)
  if (!condition.ok) return condition
  return success(parts(supervision, supervised, { ...input, condition: condition.value }, signal))
}

type Waiting = Omit<WaitInput, 'condition'> & { readonly condition: Condition | null }

async function* parts(
  supervision: Supervision,
  supervised: Supervised,
  waiting: Waiting,
  signal: AbortSignal,
): AsyncGenerator<WaitPart> {
  const until = waiting.timeoutMs === null ? Number.POSITIVE_INFINITY : performance.now() + waiting.timeoutMs
  let isToldError = false
  while (!signal.aborted) {
    if (isForgotten(supervised)) {
      yield { kind: 'ended', process: rowOfForgotten(supervision, supervised) }
      return
    }
    const { held, error } = await judge(supervision, supervised, waiting.condition)
    if (error !== null && !isToldError) {
      isToldError = true
      yield { kind: 'notice', message: error }
    }
    const row = () => processRowOf(supervised, supervision.parts)
    if (held) {
      yield { kind: 'held', process: row() }
      return
    }
    if (waiting.failOnExit && hasEnded(supervised)) {
      yield { kind: 'ended', process: row() }
      return
    }
    const left = until - performance.now()
    if (left <= 0) {
      yield { kind: 'timeout' }
      return
    }
    await nextLook(supervised, Math.min(lookMs, left), signal)
  }
}

/** There will be no next run to wait for. */
function rowOfForgotten({ parts: engineParts }: Supervision, supervised: Supervised): ProcessRow {
  const reason = 'It was detached while it was waited for'
  return { ...processRowOf(supervised, engineParts), life: { kind: 'down', since: engineParts.now(), reason } }
}

/** Nothing of it runs, and nothing is about to start it. */
function hasEnded(supervised: Supervised): boolean {
  const { kind } = supervised.state.life
  return kind === 'exited' || kind === 'failed' || kind === 'down'
}

async function judge(supervision: Supervision, supervised: Supervised, condition: Condition | null) {
  if (condition === null) return { held: supervised.state.life.kind === 'up', error: null }
  // What does not run fulfils nothing, but a condition that asks what its life is like may ask that of any life.
  if (programOf(supervised.state.life) === null && !condition.asksForLife) return { held: false, error: null }
  const { parts: engineParts } = supervision
  return condition.evaluate(await sampleOf(engineParts, supervised, hostOf(engineParts, supervised).fingerprints()))
}

/** Resolves after `ms`, or earlier with the next move of the process. */
async function nextLook(supervised: Supervised, ms: number, signal: AbortSignal): Promise<void> {
  const moved = new AbortController()
  const waiter = () => moved.abort()
  supervised.waiters.add(waiter)
  try {
    await delay(ms, undefined, { signal: AbortSignal.any([signal, moved.signal]) })
  } catch {
    // Woken before its time.
  } finally {
    supervised.waiters.delete(waiter)
  }
}

import { setTimeout as pause } from 'node:timers/promises'

/** Between two looks: short beside what tests wait for, long beside what a look costs. */
const POLL_MS = 20

/** For things that take milliseconds on an idle machine; a loaded one gets its slack. */
const DEFAULT_TIMEOUT_MS = 10_000

interface UntilOptions {
  /** What is waited for, to complete `timed out waiting for ...`. */
  readonly what: string
  readonly timeoutMs?: number
}

/**
 * Waits until a condition holds. A condition that throws does not hold yet; its last error is the cause of a time-out.
 *
 * @returns what the condition gave: the first value that is not false, null or undefined
 */
export async function until<Value>(
  condition: () => Value | Promise<Value>,
  options: UntilOptions,
): Promise<Exclude<Value, false | null | undefined>> {
  const deadline = Date.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  for (;;) {
    const look = await attempt(condition)
    if (look.holds) return look.value
    if (Date.now() >= deadline) throw new Error(`timed out waiting for ${options.what}`, { cause: look.error })
    await pause(POLL_MS)
  }
}

type Look<Value> =
  | { readonly holds: true; readonly value: Exclude<Value, false | null | undefined> }
  | { readonly holds: false; readonly error: unknown }

async function attempt<Value>(condition: () => Value | Promise<Value>): Promise<Look<Value>> {
  try {
    const value = await condition()
    if (isPresent(value)) return { holds: true, value }
    return { holds: false, error: undefined }
  } catch (error) {
    return { holds: false, error }
  }
}

function isPresent<Value>(value: Value): value is Exclude<Value, false | null | undefined> {
  return value !== false && value !== null && value !== undefined
}

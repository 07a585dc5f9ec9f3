import type { Supervised } from './model.ts'

/** Resolves to true when `condition` holds, at once or after a later move; to false after `timeoutMs` or an abort. */
export function waitFor(
  supervised: Supervised,
  condition: () => boolean,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  if (condition()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const finish = (held: boolean) => {
      clearTimeout(timer)
      supervised.waiters.delete(check)
      options.signal?.removeEventListener('abort', abort)
      resolve(held)
    }
    const check = () => {
      if (condition()) finish(true)
    }
    const abort = () => finish(false)
    const timer = setTimeout(() => finish(false), options.timeoutMs)
    supervised.waiters.add(check)
    options.signal?.addEventListener('abort', abort, { once: true })
  })
}

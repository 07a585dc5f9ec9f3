import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { freshAddressNeeded } from '../../../shared/text/refusals.ts'

/** Of this tab only: another tab needs its own address, and closing the tab forgets the key. */
const storageKey = 'procession.key'

/**
 * Reads the one-time token of the address and takes it out of the address bar and the history at once. The result gives
 * the key of this tab: it exchanges the token, or takes the key that an earlier exchange left here.
 */
export function createWebKey(): () => Promise<Result<string>> {
  let token = takeToken()
  return async () => {
    if (token !== null) {
      const exchanged = await exchange(token)
      // An exchange that did not take place, or not yet, is tried again with the next connection.
      if (!exchanged.ok && exchanged.code !== 'not_permitted') return exchanged
      token = null
      if (exchanged.ok) window.sessionStorage.setItem(storageKey, exchanged.value)
    }
    const key = window.sessionStorage.getItem(storageKey)
    return key === null ? freshAddressNeeded : success(key)
  }
}

function takeToken(): string | null {
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token !== null) window.history.replaceState(window.history.state, '', pathname + search)
  return token
}

async function exchange(token: string): Promise<Result<string>> {
  try {
    const response = await fetch('/web/key', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    if (response.status === 403) return freshAddressNeeded
    if (!response.ok) return failure('unreachable', `The daemon answered ${response.status} to this page's key.`)
    return readKey(await response.json())
  } catch {
    return failure('unreachable', 'The daemon does not answer.')
  }
}

function readKey(answer: unknown): Result<string> {
  const isAnswer = typeof answer === 'object' && answer !== null && 'key' in answer && typeof answer.key === 'string'
  return isAnswer ? success(answer.key as string) : failure('unreachable', 'The daemon gave no key.')
}

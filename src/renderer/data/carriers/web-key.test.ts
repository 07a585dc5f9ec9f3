import { afterEach, expect, test, vi } from 'vitest'
import { success } from '../../../shared/domain/result.ts'
import { freshAddressNeeded } from '../../../shared/text/refusals.ts'
import { createWebKey } from './web-key.ts'

afterEach(() => vi.unstubAllGlobals())

type Answer = { readonly status: number; readonly body?: unknown }

/** A tab at an address, with what its sessionStorage holds, and a daemon that gives these answers in turn. */
function tab(hash: string, stored: Record<string, string>, answers: readonly (Answer | 'unreachable')[]) {
  const shown: string[] = []
  const sent: unknown[] = []
  const left = [...answers]
  vi.stubGlobal('window', {
    location: { hash, pathname: '/', search: '?x=1' },
    history: { state: null, replaceState: (_: unknown, __: string, url: string) => shown.push(url) },
    sessionStorage: {
      getItem: (name: string) => stored[name] ?? null,
      setItem: (name: string, value: string) => {
        stored[name] = value
      },
    },
  })
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    sent.push({ path, body: JSON.parse(body) })
    const answer = left.shift()
    if (answer === undefined || answer === 'unreachable') throw new TypeError('Failed to fetch')
    return Response.json(answer.body ?? {}, { status: answer.status })
  })
  return { shown, sent, stored }
}

test('the token leaves the address at once and is exchanged for the key of the tab, once', async () => {
  const { shown, sent, stored } = tab('#token=abc', {}, [{ status: 200, body: { key: 'k1' } }])
  const webKey = createWebKey()
  expect(shown).toEqual(['/?x=1'])
  expect(await webKey()).toEqual(success('k1'))
  expect(await webKey()).toEqual(success('k1'))
  expect(sent).toEqual([{ path: '/web/key', body: { token: 'abc' } }])
  expect(stored).toEqual({ 'procession.key': 'k1' })
})

test('a reloaded tab goes on with its key, and a used token does not take it away', async () => {
  tab('', { 'procession.key': 'k1' }, [])
  expect(await createWebKey()()).toEqual(success('k1'))
  tab('#token=used', { 'procession.key': 'k1' }, [{ status: 403 }])
  expect(await createWebKey()()).toEqual(success('k1'))
})

test('a tab with neither token nor key, or with a used token only, needs a fresh address', async () => {
  const { shown } = tab('#elsewhere', {}, [])
  expect(await createWebKey()()).toEqual(freshAddressNeeded)
  expect(shown).toEqual([])
  tab('#token=used', {}, [{ status: 403 }])
  expect(await createWebKey()()).toEqual(freshAddressNeeded)
})

test('a token that could not be exchanged yet is tried again', async () => {
  const answers = [
    'unreachable',
    { status: 429 },
    { status: 200, body: {} },
    { status: 200, body: { key: 'k1' } },
  ] as const
  const { sent } = tab('#token=abc', {}, answers)
  const webKey = createWebKey()
  for (let time = 0; time < 3; time += 1) expect(await webKey()).toMatchObject({ ok: false, code: 'unreachable' })
  expect(await webKey()).toEqual(success('k1'))
  expect(sent).toHaveLength(4)
})

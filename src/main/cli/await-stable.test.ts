import { expect, test } from 'vitest'
import { processDetail, processRow } from '../../../test/helpers/rows.ts'
import type { LiveFingerprint } from '../../shared/domain/fingerprint.ts'
import { success } from '../../shared/domain/result.ts'
import type { ProcessDetail } from '../../shared/domain/rows.ts'
import { awaitStable } from './await-stable.ts'
import type { DaemonClient } from './cli.ts'

const fingerprint = (files: number): LiveFingerprint => ({
  cmdline: ['tws'],
  listen: [],
  established: [],
  udp: [],
  files: Array.from({ length: files }, (_, index) => `/data/${index}`),
  partial: false,
  exe: null,
  cwd: null,
  uid: 0,
  threads: 1,
  ppid: 1,
  starttime: '1',
  boot_id: 'b',
  rss: 1,
  cgroup: null,
  env_names: null,
})

/** A daemon whose process looks like each of these in turn, and then like the last. */
function looking(details: readonly Partial<ProcessDetail>[]) {
  const saved: unknown[] = []
  let looks = 0
  const client: Pick<DaemonClient, 'call'> = {
    call: (async (method: string, input: unknown) => {
      if (method === 'process.attach') {
        saved.push(input)
        return success({ process: processRow({ state: 'running' }), savedState: 'running', notices: [] })
      }
      const detail = details[Math.min(looks++, details.length - 1)]
      return success({ ...processDetail(), ...detail })
    }) as DaemonClient['call'],
  }
  const wait = () =>
    awaitStable(client as DaemonClient, processRow(), '/w', new AbortController().signal, async () => {})
  return { wait, saved, looks: () => looks }
}

test('two equal looks make it stable, which is saved as its state running', async () => {
  const { wait, saved, looks } = looking([1, 2, 3, 3].map((files) => ({ fingerprint: fingerprint(files) })))
  expect(await wait()).toMatchObject({ ok: true, value: { state: 'running' } })
  expect(looks()).toBe(4)
  expect(saved).toEqual([{ workspace: '/w', program: null, alias: 'sparkling-guarantee', state: 'running' }])
})

test('what is never the same is taken as it is after fifteen looks', async () => {
  const changing = Array.from({ length: 20 }, (_, index) => ({ fingerprint: fingerprint(index) }))
  const { wait, saved, looks } = looking(changing)
  await wait()
  expect(looks()).toBe(15)
  expect(saved).toHaveLength(1)
})

test.each([
  ['one with a readiness check', { ready: { check: { kind: 'port', port: 1 }, intervalMs: 1000, timeoutMs: 1000 } }],
  ['one that has ended', { row: processRow({ life: { kind: 'down', since: 1, reason: 'Stopped by you' } }) }],
] as const)('%s is left as it is', async (_, detail) => {
  const { wait, saved } = looking([{ fingerprint: fingerprint(1), ...detail }])
  expect(await wait()).toMatchObject({ ok: true })
  expect(saved).toEqual([])
})

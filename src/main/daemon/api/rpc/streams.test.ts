import { expect, test } from 'vitest'
import { localRow } from '../../../../../test/helpers/host-rows.ts'
import { rpcLab } from '../../../../../test/helpers/rpc-lab.ts'
import { until } from '../../../../../test/helpers/until.ts'
import type { BytesReader, Client } from '../../../../shared/client/client.ts'
import type { InputOf } from '../../../../shared/contract/contract.ts'
import { protocolVersion } from '../../../../shared/contract/protocol.ts'
import type { RowsEvent, RowsSnapshot } from '../../../../shared/contract/schemas.ts'
import { failure, success } from '../../../../shared/domain/result.ts'
import type { Handlers } from '../handlers.ts'
import { createFeedRing } from './ring.ts'

const partBytes = 64 * 1024
const tail = { target: { id: 'a' }, streams: 'out', lines: null, follow: false } as const
const fromStart = { ...tail, from: { out: 0, err: 0 } }
const live = () => new AbortController().signal

/** A log of `total` bytes that counts what was made; every byte tells its place, so that a reader can check. */
function countedLog(total: number) {
  const log = { made: 0, left: 0 }
  const handler: Handlers['logs.tail'] = async ({ from }) =>
    success(
      (async function* () {
        try {
          for (let at = from?.out ?? 0; at < total; at += partBytes) {
            log.made += Math.min(partBytes, total - at)
            yield new Uint8Array(Math.min(partBytes, total - at)).map((_, index) => placeByte(at + index))
          }
        } finally {
          log.left += 1
        }
      })(),
    )
  return { log, handler }
}

const placeByte = (at: number) => (at * 31 + (at >> 8)) & 0xff

const advance: BytesReader<InputOf<'logs.tail'>>['advance'] = (input, part) => {
  if (!input.from) throw new Error('The stream has no place.')
  return { ...input, from: { ...input.from, out: input.from.out + part.length } }
}

test('a stream of bytes comes whole and ends', async () => {
  const { handler } = countedLog(1_000_000)
  await using lab = await rpcLab({ 'logs.tail': handler })
  const client = lab.client()
  let at = 0
  let wrong = 0
  const result = await client.bytes('logs.tail', fromStart, {
    signal: live(),
    advance,
    onPart: (part) => {
      for (const byte of part) if (byte !== placeByte(at++)) wrong += 1
    },
  })
  expect(result).toEqual(success(undefined))
  expect({ at, wrong }).toEqual({ at: 1_000_000, wrong: 0 })
})

test('a stream that is refused fails with the words of its handler, one that breaks with a word of its own', async () => {
  await using lab = await rpcLab({
    'rows.watch': async () => failure('not_found', 'No rows.', 'Make some.'),
    'logs.tail': async () =>
      success(
        (async function* () {
          yield new Uint8Array(3)
          throw new Error('disk on fire')
        })(),
      ),
  })
  const client = lab.client()
  const lengths: number[] = []
  expect(await client.watch('rows.watch', {}, { signal: live(), onPart: () => {} })).toEqual(
    failure('not_found', 'No rows.', 'Make some.'),
  )
  const broken = await client.bytes('logs.tail', fromStart, {
    signal: live(),
    advance,
    onPart: (part) => void lengths.push(part.length),
  })
  expect(broken).toMatchObject({ ok: false, code: 'internal' })
  expect(lengths).toEqual([3])
  expect(JSON.stringify(broken)).not.toContain('fire')
})

test('a stream that fails after its first parts ends with the words of that failure', async () => {
  const stopped = failure('timeout', 'It took too long.', 'Ask for less.')
  await using lab = await rpcLab({
    'logs.tail': async () =>
      success(
        (async function* () {
          yield new Uint8Array(3)
          return stopped
        })(),
      ),
  })
  const lengths: number[] = []
  const ended = await lab.client().bytes('logs.tail', fromStart, {
    signal: live(),
    advance,
    onPart: (part) => void lengths.push(part.length),
  })
  expect(ended).toEqual(stopped)
  expect(lengths).toEqual([3])
})

test('the daemon stays less than 1 MB ahead of a slow reader, and answers others meanwhile', async () => {
  const total = 8_000_000
  const { log, handler } = countedLog(total)
  await using lab = await rpcLab({ 'logs.tail': handler, 'sessions.list': async () => success([]) })
  const client = lab.client()
  await client.up
  const gate = Promise.withResolvers<void>()
  let consumed = 0
  let mostAhead = 0
  const stream = client.bytes('logs.tail', fromStart, {
    signal: live(),
    advance,
    onPart: async (part) => {
      mostAhead = Math.max(mostAhead, log.made - consumed)
      await gate.promise
      consumed += part.length
    },
  })
  await until(() => log.made >= 8 * partBytes, { what: 'the credit to be used up' })
  for (let time = 0; time < 100; time += 1) await client.call('sessions.list', {})
  expect(log.made - consumed).toBeLessThan(1_000_000)
  gate.resolve()
  expect(await stream).toEqual(success(undefined))
  expect(consumed).toBe(total)
  expect(mostAhead).toBeLessThan(1_000_000)
})

test('credit beyond the reader does not fill memory: the socket paces the daemon', { timeout: 20_000 }, async () => {
  const { log, handler } = countedLog(64 * 1024 * 1024)
  await using lab = await rpcLab({ 'logs.tail': handler, 'sessions.list': async () => success([]) })
  const raw = await lab.raw()
  const other = lab.client()
  await other.up
  raw.send({ t: 'hello', protocol: protocolVersion })
  raw.send({ t: 'open', id: 1, m: 'logs.tail', p: fromStart, after: null, credit: 1000 })
  await until(() => log.made > 0, { what: 'the stream to begin' })
  raw.socket.pause()
  let before = -1
  await until(
    async () => {
      for (let time = 0; time < 50; time += 1) await other.call('sessions.list', {})
      const stands = log.made === before
      before = log.made
      return stands
    },
    { what: 'the daemon to wait for the socket' },
  )
  expect(log.made).toBeLessThan(8 * 1024 * 1024)
  raw.socket.resume()
  await until(() => raw.received.length >= 1000, { what: 'all parts that there was credit for' })
})

test('parts are handled strictly one after another', async () => {
  const { handler } = countedLog(10 * partBytes)
  await using lab = await rpcLab({ 'logs.tail': handler, 'sessions.list': async () => success([]) })
  const client = lab.client()
  let atOnce = 0
  let mostAtOnce = 0
  await client.bytes('logs.tail', fromStart, {
    signal: live(),
    advance,
    onPart: async () => {
      atOnce += 1
      mostAtOnce = Math.max(mostAtOnce, atOnce)
      await client.call('sessions.list', {})
      atOnce -= 1
    },
  })
  expect(mostAtOnce).toBe(1)
})

test('aborting a stream settles it and runs the end of its generator', async () => {
  const { log, handler } = countedLog(100 * partBytes)
  await using lab = await rpcLab({ 'logs.tail': handler })
  const client = lab.client()
  const stop = new AbortController()
  let parts = 0
  const result = await client.bytes('logs.tail', fromStart, {
    signal: stop.signal,
    advance,
    onPart: () => {
      parts += 1
      if (parts === 3) stop.abort()
    },
  })
  expect(result).toMatchObject({ ok: false, code: 'cancelled' })
  expect(parts).toBe(3)
  await until(() => log.left === 1, { what: 'the generator to return' })
  expect(await client.bytes('logs.tail', fromStart, { signal: stop.signal, advance, onPart: () => {} })).toMatchObject({
    code: 'cancelled',
  })
})

test('a reader that throws gets its own error back, and the daemon stops the stream', async () => {
  const { log, handler } = countedLog(100 * partBytes)
  await using lab = await rpcLab({ 'logs.tail': handler })
  const client = lab.client()
  const reading = client.bytes('logs.tail', fromStart, {
    signal: live(),
    advance,
    onPart: () => {
      throw new RangeError('mine')
    },
  })
  await expect(reading).rejects.toThrow('mine')
  await until(() => log.left === 1, { what: 'the generator to return' })
})

test('a log goes on behind what was read when the connection is dropped again and again', async () => {
  const total = 40 * partBytes
  const { handler } = countedLog(total)
  await using lab = await rpcLab({ 'logs.tail': handler })
  const client = lab.client()
  let at = 0
  let wrong = 0
  let parts = 0
  const result = await client.bytes('logs.tail', fromStart, {
    signal: live(),
    advance,
    onPart: async (part) => {
      parts += 1
      if (parts % 13 === 1) {
        const before = client.states.length
        lab.dropConnections()
        // Still in hand while the next connection opens: it must not be sent again.
        await until(() => client.states.slice(before).some(({ kind }) => kind === 'connected'), {
          what: 'a new connection',
        })
      }
      for (const byte of part) if (byte !== placeByte(at++)) wrong += 1
    },
  })
  expect(result).toEqual(success(undefined))
  expect({ at, wrong }).toEqual({ at: total, wrong: 0 })
  expect(client.states.filter(({ kind }) => kind === 'connected').length).toBeGreaterThanOrEqual(4)
})

/** Rows of which only the ids of removed processes matter: they are the numbers of the events. */
function numberedRows(capacity = 10_000) {
  let published = 0
  const ring = createFeedRing<RowsSnapshot, RowsEvent>({
    capacity,
    snapshot: () => ({
      sessions: [],
      processes: [],
      dependences: [],
      hosts: [localRow({ cores: published })],
    }),
  })
  const watch: Handlers['rows.watch'] = async (_, { after, signal }) => success(ring.parts(after, signal))
  const publish = () => {
    published += 1
    ring.publish({ kind: 'process-removed', id: String(published) })
  }
  return { watch, publish, published: () => published }
}

function watchNumbers(client: Client) {
  const seen = { snapshots: 0, last: 0, wrong: 0 }
  const stop = new AbortController()
  const done = client.watch(
    'rows.watch',
    {},
    {
      signal: stop.signal,
      onPart: (part) => {
        if ('snapshot' in part) {
          seen.snapshots += 1
          seen.last = part.snapshot.hosts[0]?.cores ?? 0
          return
        }
        for (const event of part.events) {
          if (event.kind !== 'process-removed' || Number(event.id) !== seen.last + 1) seen.wrong += 1
          seen.last += 1
        }
      },
    },
  )
  return { seen, stop: () => stop.abort(), done }
}

test('a feed goes on without gap, duplicate or snapshot after the connection was dropped', async () => {
  const rows = numberedRows()
  await using lab = await rpcLab({ 'rows.watch': rows.watch })
  const client = lab.client()
  const { seen, stop, done } = watchNumbers(client)
  for (let drop = 0; drop < 5; drop += 1) {
    for (let time = 0; time < 50; time += 1) rows.publish()
    await until(() => seen.last >= rows.published() - 20, { what: 'most events' })
    for (let time = 0; time < 50; time += 1) rows.publish()
    lab.dropConnections()
    for (let time = 0; time < 50; time += 1) rows.publish()
  }
  await until(() => seen.last === rows.published(), { what: 'all events' })
  expect(seen).toEqual({ snapshots: 1, last: 750, wrong: 0 })
  stop()
  expect(await done).toMatchObject({ code: 'cancelled' })
})

test('a feed begins anew, with a snapshot, when the daemon was restarted', async () => {
  const before = numberedRows()
  await using lab = await rpcLab({ 'rows.watch': before.watch })
  const client = lab.client()
  const { seen } = watchNumbers(client)
  for (let time = 0; time < 10; time += 1) before.publish()
  await until(() => seen.last === 10, { what: 'the events of the first daemon' })
  const after = numberedRows()
  for (let time = 0; time < 10; time += 1) after.publish()
  await lab.restart({ 'rows.watch': after.watch })
  // The same number, but other events: only the epoch tells them apart.
  await until(() => seen.snapshots === 2, { what: 'a snapshot of the second daemon' })
  after.publish()
  await until(() => seen.last === 11, { what: 'its next event' })
  expect(seen.wrong).toBe(0)
})

test('a feed that is read too slowly for the ring gets a snapshot instead', async () => {
  const rows = numberedRows(20)
  await using lab = await rpcLab({ 'rows.watch': rows.watch })
  const client = lab.client()
  const { seen } = watchNumbers(client)
  await until(() => seen.snapshots === 1, { what: 'the first snapshot' })
  for (let time = 0; time < 100; time += 1) rows.publish()
  await until(() => seen.last === 100, { what: 'all events' })
  expect(seen).toMatchObject({ snapshots: 2, wrong: 0 })
})

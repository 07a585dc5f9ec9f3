import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createNetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { rpcLab } from '../../../../../test/helpers/rpc-lab.ts'
import { temporaryFolder } from '../../../../../test/helpers/temporary-folder.ts'
import { until } from '../../../../../test/helpers/until.ts'
import { createClient } from '../../../../shared/client/client.ts'
import type { ClientState } from '../../../../shared/client/state.ts'
import { protocolVersion } from '../../../../shared/contract/protocol.ts'
import { success } from '../../../../shared/domain/result.ts'
import { connectUnixSocket } from '../../../carrier/unix-socket.ts'

const noRows = { sessions: [], processes: [], dependences: [], hosts: [] }

test('a client of another version is refused with both versions', async () => {
  await using lab = await rpcLab({})
  const raw = await lab.raw()
  raw.send({ t: 'hello', protocol: 99, added: 'by a later version' })
  await until(() => raw.closed() !== null, { what: 'the connection to be closed' })
  expect(raw.received).toEqual([
    {
      t: 'err',
      id: 0,
      code: 'version',
      message: expect.stringMatching(new RegExp(`protocol ${protocolVersion}\\b.*99`)),
      hint: expect.stringMatching(/daemon stop/),
    },
  ])
})

/** A daemon that answers every hello with `answer`. */
async function strangeDaemon(
  answer: object,
): Promise<AsyncDisposable & { readonly socketPath: string; connections: number }> {
  const folder = await temporaryFolder()
  const socketPath = join(folder.path, 'daemon.sock')
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  const daemon = {
    socketPath,
    connections: 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
  sockets.on('connection', (socket) => {
    daemon.connections += 1
    socket.on('message', () => socket.send(JSON.stringify(answer)))
  })
  server.listen(socketPath)
  await once(server, 'listening')
  return daemon
}

test.each([
  ['says hello in another version', { t: 'hello', protocol: 99 }, new RegExp(`99.*\\b${protocolVersion}\\b`)],
  [
    'refuses our version',
    { t: 'err', id: 0, code: 'version', message: 'It speaks 99, you speak 1.', hint: 'Update.' },
    /99/,
  ],
])('a daemon that %s ends all attempts, and everybody is told', async (_, answer, message) => {
  await using daemon = await strangeDaemon(answer)
  const states: ClientState[] = []
  const connect = () => connectUnixSocket(daemon.socketPath)
  const client = createClient({ connect, onState: (state) => states.push(state) })
  const stream = client.watch('rows.watch', {}, { signal: new AbortController().signal, onPart: () => {} })
  const refusal = { ok: false, code: 'version', message: expect.stringMatching(message) }
  expect(await client.up).toMatchObject(refusal)
  expect(await stream).toMatchObject(refusal)
  expect(await client.call('rows.list', {})).toMatchObject(refusal)
  expect(states).toEqual([
    { kind: 'connecting' },
    { kind: 'refused', message: expect.stringMatching(message), hint: expect.any(String) },
  ])
  expect(daemon.connections).toBe(1)
})

test.each([
  ['no JSON', 'what?'],
  ['no message', 'null'],
  ['an unknown kind', { t: 'shout', id: 1 }],
  ['a field too many', { t: 'call', id: 1, m: 'rows.list', p: {}, extra: true }],
  ['no id', { t: 'call', m: 'rows.list', p: {} }],
  ['an id out of range', { t: 'call', id: 0, m: 'rows.list', p: {} }],
  ['no credit', { t: 'open', id: 1, m: 'rows.watch', p: {}, after: null, credit: 0 }],
  ['bytes', new Uint8Array([0, 0, 0, 1, 2])],
  ['a second hello', { t: 'hello', protocol: protocolVersion }],
])('a message that is %s closes the connection', async (_, message) => {
  await using lab = await rpcLab({})
  const raw = await lab.raw()
  raw.send({ t: 'hello', protocol: protocolVersion })
  raw.send(message)
  await until(() => raw.closed() !== null, { what: 'the connection to be closed' })
  expect(raw.received).toEqual([{ t: 'hello', protocol: protocolVersion }])
  expect(lab.log).toMatchObject([{ message: expect.stringMatching(/protocol/) }])
})

test('whoever does not say hello first is not served', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  const raw = await lab.raw()
  raw.send({ t: 'call', id: 1, m: 'rows.list', p: {} })
  await until(() => raw.closed() !== null, { what: 'the connection to be closed' })
  expect(raw.received).toEqual([])
})

test('an id in use closes the connection and ends what runs on it', async () => {
  const signals: AbortSignal[] = []
  await using lab = await rpcLab({
    'rows.list': (_, { signal }) =>
      new Promise(() => {
        signals.push(signal)
      }),
  })
  const raw = await lab.raw()
  raw.send({ t: 'hello', protocol: protocolVersion })
  raw.send({ t: 'call', id: 5, m: 'rows.list', p: {} })
  raw.send({ t: 'call', id: 5, m: 'rows.list', p: {} })
  await until(() => raw.closed() !== null, { what: 'the connection to be closed' })
  expect(signals.map((signal) => signal.aborted)).toEqual([true])
})

test('a message over 16 MiB closes its connection and no other', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  const client = lab.client()
  await client.up
  const raw = await lab.raw()
  raw.socket.on('error', () => {})
  raw.send({ t: 'hello', protocol: protocolVersion })
  raw.send('x'.repeat(16 * 1024 * 1024 + 1))
  await until(() => raw.closed() !== null, { what: 'the connection to be closed' })
  expect(raw.closed()).toBe(1009)
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
})

test('a client finds the daemon again after a restart, and says so', async () => {
  await using lab = await rpcLab({})
  const client = lab.client()
  await client.up
  await lab.stop()
  await until(() => client.states.some((state) => state.kind === 'disconnected' && state.attempt >= 2), {
    what: 'failed attempts',
  })
  expect(await client.call('rows.list', {})).toMatchObject({ ok: false, code: 'disconnected' })
  await lab.restart({ 'rows.list': async () => success(noRows) })
  await until(() => client.states.at(-1)?.kind === 'connected', { what: 'the new connection' })
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
  const lost = client.states.flatMap((state) => (state.kind === 'disconnected' ? [state] : []))
  expect(lost.map(({ attempt }) => attempt)).toEqual(lost.map((_, index) => index))
  expect(new Set(lost.map(({ since }) => since)).size).toBe(1)
})

test('a client that comes before the daemon waits for it', async () => {
  await using lab = await rpcLab({})
  await lab.stop()
  const client = lab.client()
  await until(() => client.states.at(-1)?.kind === 'disconnected', { what: 'a failed attempt' })
  await lab.restart({})
  expect(await client.up).toEqual(success(undefined))
})

test('with `once`, a missing daemon is unreachable at once', async () => {
  await using lab = await rpcLab({})
  await lab.stop()
  const client = lab.client({ once: true })
  const unreachable = { ok: false, code: 'unreachable', message: expect.stringContaining(lab.socketPath) }
  expect(await client.up).toMatchObject(unreachable)
  expect(await client.call('rows.list', {})).toMatchObject(unreachable)
  expect(client.states).toMatchObject([{ kind: 'connecting' }, { kind: 'disconnected', attempt: 1 }])
})

test('with `once`, a lost connection ends calls and streams', async () => {
  await using lab = await rpcLab({
    'rows.list': () => new Promise(() => {}),
    'rows.watch': () => new Promise(() => {}),
  })
  const client = lab.client({ once: true })
  await client.up
  const call = client.call('rows.list', {})
  const stream = client.watch('rows.watch', {}, { signal: new AbortController().signal, onPart: () => {} })
  await lab.stop()
  expect(await call).toMatchObject({ ok: false, code: 'disconnected' })
  expect(await stream).toMatchObject({ ok: false, code: 'disconnected' })
  expect(client.states.map(({ kind }) => kind)).toEqual(['connecting', 'connected', 'disconnected'])
})

test('close() ends calls and streams as cancelled and reports nothing more', async () => {
  await using lab = await rpcLab({
    'rows.list': () => new Promise(() => {}),
    'rows.watch': () => new Promise(() => {}),
  })
  const client = lab.client()
  await client.up
  const call = client.call('rows.list', {})
  const stream = client.watch('rows.watch', {}, { signal: new AbortController().signal, onPart: () => {} })
  client.close()
  expect(await call).toMatchObject({ ok: false, code: 'cancelled' })
  expect(await stream).toMatchObject({ ok: false, code: 'cancelled' })
  expect(client.states.map(({ kind }) => kind)).toEqual(['connecting', 'connected'])
})

test('a socket whose path has a space, a colon and a percent sign is reached', async () => {
  await using folder = await temporaryFolder()
  const socketPath = join(folder.path, 'a b:c%20.sock')
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  server.listen(socketPath)
  await once(server, 'listening')
  const channel = await connectUnixSocket(socketPath)
  expect(channel).toMatchObject({ ok: true })
  for (const socket of sockets.clients) socket.terminate()
  server.close()
})

test('a daemon that hangs is unreachable after the time-out, not waited for', async () => {
  await using folder = await temporaryFolder()
  const socketPath = join(folder.path, 'daemon.sock')
  const accepted: Socket[] = []
  const mute = createNetServer((socket) => accepted.push(socket)).listen(socketPath)
  await once(mute, 'listening')
  expect(await connectUnixSocket(socketPath, 50)).toMatchObject({ ok: false, code: 'unreachable' })
  for (const socket of accepted) socket.destroy()
  mute.close()
})

test('a connection that has been silent for longer than the time-out of its handshake stays', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  const client = lab.client({ connect: () => connectUnixSocket(lab.socketPath, 50), once: true })
  await client.up
  const begun = performance.now()
  await until(() => performance.now() - begun > 200, { what: 'some silence' })
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
})

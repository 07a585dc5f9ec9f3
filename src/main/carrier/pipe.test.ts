import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { rpcLab } from '../../../test/helpers/rpc-lab.ts'
import { until } from '../../../test/helpers/until.ts'
import type { Channel } from '../../shared/client/channel.ts'
import { protocolVersion } from '../../shared/contract/protocol.ts'
import { success } from '../../shared/domain/result.ts'
import { type PortLike, pipePort } from './pipe.ts'

const noRows = { sessions: [], processes: [], dependences: [], hosts: [] }

/** Node's port with the events of Electron's: the listener gets an event with `data`. */
function electronPort(port: MessagePort): PortLike & { readonly posted: unknown[] } {
  const posted: unknown[] = []
  return {
    posted,
    postMessage: (message) => {
      posted.push(message)
      port.postMessage(message)
    },
    on: (event: string, listener: (event: { data: unknown }) => void) =>
      port.on(event, (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  }
}

/** The window's end of a port, as src/renderer/data makes it. */
function windowChannel(port: MessagePort): Channel {
  const channel: Channel = {
    send: (message) => port.postMessage(message),
    close: () => {
      port.postMessage(null)
      port.close()
    },
    onMessage: () => {},
    onClose: () => {},
  }
  port.on('message', (data: string | Uint8Array | null) =>
    data === null ? channel.onClose() : channel.onMessage(data),
  )
  return channel
}

/** Like a window that asks main for a port each time. */
function window(socketPath: string) {
  const mainPorts: ReturnType<typeof electronPort>[] = []
  const connect = async () => {
    const { port1, port2 } = new MessageChannel()
    const port = electronPort(port1)
    mainPorts.push(port)
    const channel = windowChannel(port2)
    pipePort(port, socketPath)
    return success(channel)
  }
  return { mainPorts, connect }
}

test('calls and streams pass through the pipe, bytes as copies of their own', async () => {
  await using lab = await rpcLab({
    'rows.list': async () => success(noRows),
    'logs.tail': async () =>
      success(
        (async function* () {
          for (let part = 0; part < 20; part += 1) yield new Uint8Array(1000).fill(part)
        })(),
      ),
  })
  const { mainPorts, connect } = window(lab.socketPath)
  const client = lab.client({ connect })
  expect(await client.up).toEqual(success(undefined))
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
  const firstBytes: (number | undefined)[] = []
  const read = await client.bytes(
    'logs.tail',
    { target: { id: 'a' }, streams: 'out', from: null, lines: null, follow: false },
    {
      signal: new AbortController().signal,
      advance: (input) => input,
      onPart: (part) => {
        expect(part.length).toBe(1000)
        firstBytes.push(part[0])
      },
    },
  )
  expect(read).toEqual(success(undefined))
  expect(firstBytes).toEqual(Array.from({ length: 20 }, (_, part) => part))
  const binary = mainPorts[0]?.posted.filter((message) => message instanceof Uint8Array) ?? []
  expect(binary.every((message) => !Buffer.isBuffer(message) && message.buffer.byteLength === message.length)).toBe(
    true,
  )
})

test('a daemon that goes away closes the port with a null, and the window asks for another', async () => {
  await using lab = await rpcLab({})
  const { mainPorts, connect } = window(lab.socketPath)
  const client = lab.client({ connect })
  await client.up
  await lab.stop()
  await until(() => mainPorts[0]?.posted.at(-1) === null, { what: 'the null' })
  await lab.restart({ 'rows.list': async () => success(noRows) })
  await until(() => client.states.at(-1)?.kind === 'connected', { what: 'the new connection' })
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
})

test.each([
  ['says so with a null', (port: MessagePort) => port.postMessage(null)],
  ['closes its port', (port: MessagePort) => port.close()],
  ['posts what is no message', (port: MessagePort) => port.postMessage({ evil: true })],
])('a window that %s loses its connection to the daemon', async (_, leave) => {
  const signals: AbortSignal[] = []
  await using lab = await rpcLab({
    'rows.list': (__, { signal }) =>
      new Promise(() => {
        signals.push(signal)
      }),
  })
  const { port1, port2 } = new MessageChannel()
  pipePort(electronPort(port1), lab.socketPath)
  port2.postMessage(JSON.stringify({ t: 'hello', protocol: protocolVersion }))
  port2.postMessage(JSON.stringify({ t: 'call', id: 1, m: 'rows.list', p: {} }))
  await until(() => signals.length === 1, { what: 'the handler' })
  leave(port2)
  await until(() => signals[0]?.aborted, { what: 'the handler to be told' })
})

import { afterEach, expect, test, vi } from 'vitest'
import type { PortName } from '../../../shared/contract/bridge.ts'
import { connectPort, requestPort } from './port-channel.ts'

afterEach(() => vi.unstubAllGlobals())

type Post = {
  readonly data: unknown
  readonly ports?: readonly MessagePort[]
  readonly source?: unknown
  readonly origin?: string
}

/** A window whose preload does what the test says when a port is asked for. */
function fakeWindow(onConnect: (name: PortName, post: (message: Post) => void) => void) {
  const target = Object.assign(new EventTarget(), { origin: 'null', location: { origin: 'file://' } })
  vi.stubGlobal('window', target)
  const post = (message: Post) =>
    target.dispatchEvent(
      Object.assign(new Event('message'), { source: target, origin: 'file://', ports: [], ...message }),
    )
  return { connect: (name: PortName) => onConnect(name, post), platform: 'linux' }
}

test('messages go both ways over the port that the preload posts', async () => {
  const { port1, port2 } = new MessageChannel()
  const bridge = fakeWindow((name, post) => post({ data: { kind: 'procession-port', name }, ports: [port1] }))
  const channel = await connectPort(bridge)
  if (!channel.ok) throw new Error(channel.message)
  const received: unknown[] = []
  const fromWindow: unknown[] = []
  port2.onmessage = ({ data }) => fromWindow.push(data)
  const closed = new Promise<void>((resolve) => {
    channel.value.onClose = resolve
  })
  channel.value.onMessage = (message) => received.push(message)
  channel.value.send('hello')
  port2.postMessage('text')
  port2.postMessage(new Uint8Array([1, 2]))
  port2.postMessage({ not: 'a message' })
  port2.postMessage(null)
  await closed
  expect(received).toEqual(['text', new Uint8Array([1, 2])])
  await vi.waitFor(() => expect(fromWindow).toEqual(['hello']))
})

test('closing tells the other side with a null', async () => {
  const { port1, port2 } = new MessageChannel()
  const bridge = fakeWindow((name, post) => post({ data: { kind: 'procession-port', name }, ports: [port1] }))
  const channel = await connectPort(bridge)
  const first = new Promise((resolve) => {
    port2.onmessage = ({ data }) => resolve(data)
  })
  if (channel.ok) channel.value.close()
  expect(await first).toBeNull()
})

test('only a port of the wanted name from this very window is taken', async () => {
  const [good, ...bad] = Array.from({ length: 5 }, () => new MessageChannel().port1)
  if (!good) throw new Error('no port')
  const bridge = fakeWindow((name, post) => {
    const data = { kind: 'procession-port', name }
    post({ data, ports: bad.slice(0, 1), source: new EventTarget() })
    post({ data, ports: bad.slice(1, 2), origin: 'https://evil.example' })
    post({ data: { kind: 'procession-port', name: 'rpc' }, ports: bad.slice(2, 3) })
    post({ data: { kind: 'other', name }, ports: bad.slice(3, 4) })
    post({ data: 'procession-port', ports: bad })
    post({ data })
    post({ data, ports: [good] })
  })
  const port = await requestPort(bridge, 'desktop')
  expect(port).toMatchObject({ ok: true })
  expect(port.ok && port.value === good).toBe(true)
  for (const each of [good, ...bad]) each.close()
})

import type { Channel } from '../../../shared/client/channel.ts'
import type { DesktopBridge, PortMessage, PortName } from '../../../shared/contract/bridge.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'

/** Electron main answers within milliseconds; if it is gone, so will this window be. */
const portTimeoutMs = 10_000

/** Asks Electron main for a port; it comes as a window message. Failure `unreachable` when none comes. */
export function requestPort(bridge: DesktopBridge, name: PortName): Promise<Result<MessagePort>> {
  return new Promise((resolve) => {
    const finish = (result: Result<MessagePort>) => {
      clearTimeout(timer)
      window.removeEventListener('message', receive)
      resolve(result)
    }
    const receive = (event: MessageEvent<unknown>) => {
      const [port] = event.ports
      if (isOwn(event) && isPortMessage(event.data) && event.data.name === name && port) finish(success(port))
    }
    const timer = setTimeout(
      () => finish(failure('unreachable', 'The application does not answer.', 'Close this window and open it again.')),
      portTimeoutMs,
    )
    window.addEventListener('message', receive)
    bridge.connect(name)
  })
}

/** Connects to the daemon through Electron main. */
export async function connectPort(bridge: DesktopBridge): Promise<Result<Channel>> {
  const port = await requestPort(bridge, 'rpc')
  return port.ok ? success(channelOver(port.value)) : port
}

/** The preload posts from this very window; a frame or another window must not slip in a port of its own. */
const isOwn = (event: MessageEvent) =>
  event.source === window && (event.origin === window.origin || event.origin === window.location.origin)

const isPortMessage = (data: unknown): data is PortMessage =>
  typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'procession-port' && 'name' in data

function channelOver(port: MessagePort): Channel {
  const channel: Channel = {
    send: (message) => port.postMessage(message),
    close: () => {
      // A port's close is not reported reliably to the other side; a null is.
      port.postMessage(null)
      port.close()
    },
    onMessage: () => {},
    onClose: () => {},
  }
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === null) {
      port.close()
      channel.onClose()
    } else if (typeof data === 'string' || data instanceof Uint8Array) {
      channel.onMessage(data)
    }
  }
  return channel
}

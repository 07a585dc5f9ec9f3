import type { Channel } from '../../../shared/client/channel.ts'
import type { KeyMessage } from '../../../shared/contract/wire.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { createWebKey } from './web-key.ts'

/**
 * Returns the function that connects to the daemon that served this page: one channel per call. To be made once per page,
 * at its start, because the one-time token is taken from the address then.
 */
export function createWebSocketConnector(): () => Promise<Result<Channel>> {
  const webKey = createWebKey()
  return async () => {
    const key = await webKey()
    return key.ok ? openChannel(key.value) : key
  }
}

function openChannel(key: string): Promise<Result<Channel>> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${window.location.host}/rpc`)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      socket.send(JSON.stringify({ t: 'key', key } satisfies KeyMessage))
      resolve(success(channelOver(socket)))
    }
    socket.onclose = () => resolve(failure('unreachable', 'The daemon does not answer.'))
  })
}

function channelOver(socket: WebSocket): Channel {
  const channel: Channel = {
    // A closed socket throws nothing and sends nothing.
    send: (message) => socket.send(message as string | Uint8Array<ArrayBuffer>),
    close: () => socket.close(),
    onMessage: () => {},
    onClose: () => {},
  }
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
    channel.onMessage(typeof data === 'string' ? data : new Uint8Array(data))
  socket.onclose = () => channel.onClose()
  return channel
}

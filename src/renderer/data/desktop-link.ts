import type { DesktopMessage } from '../../shared/commands/commands.ts'
import type { DesktopBridge } from '../../shared/contract/bridge.ts'
import { requestPort } from './carriers/port-channel.ts'

type DesktopLink = { post(message: DesktopMessage): void }

let link: DesktopLink | null = null

/** The conversation with Electron main; null in a browser. */
export const desktopLink = (): DesktopLink | null => link

/** Opens the conversation. Messages posted before main answers are kept. */
export async function connectDesktop(bridge: DesktopBridge, receive: (message: DesktopMessage) => void): Promise<void> {
  const waiting: DesktopMessage[] = []
  link = { post: (message) => void waiting.push(message) }
  const port = await requestPort(bridge, 'desktop')
  if (!port.ok) return
  port.value.onmessage = ({ data }: MessageEvent<DesktopMessage>) => receive(data)
  for (const message of waiting) port.value.postMessage(message)
  link = { post: (message) => port.value.postMessage(message) }
}

import { ipcMain, MessageChannelMain, type MessagePortMain, type WebFrameMain } from 'electron'
import type { DesktopMessage } from '../../shared/commands/commands.ts'
import { pipePort } from '../carrier/pipe.ts'
import { isOurPage } from './security.ts'
import { parseWindowMessage, type WindowMessage } from './window-message.ts'

/** Main's end of the conversation about menus, tray and quitting. */
export type DesktopPort = { send(message: DesktopMessage): void }

export type PortOptions = {
  readonly socket: string
  readonly onDesktop: (port: DesktopPort) => void
  readonly onMessage: (message: WindowMessage) => void
}

/** Answers our own page, and no other frame, with the ports that it asks for. */
export function servePorts({ socket, onDesktop, onMessage }: PortOptions): void {
  ipcMain.on('connect', ({ senderFrame }, name: unknown) => {
    if (!isOwnFrame(senderFrame)) return
    const { port1, port2 } = new MessageChannelMain()
    if (name === 'rpc') pipePort(port1, socket)
    else if (name === 'desktop') onDesktop(desktopPort(port1, onMessage))
    else return port1.close()
    senderFrame.postMessage('port', name, [port2])
  })
}

/** Null for a frame that went away meanwhile. */
const isOwnFrame = (frame: WebFrameMain | null): frame is WebFrameMain =>
  frame !== null && frame.parent === null && isOurPage(frame.url)

function desktopPort(port: MessagePortMain, onMessage: PortOptions['onMessage']): DesktopPort {
  port.on('message', ({ data }) => {
    const message = parseWindowMessage(data)
    if (message) onMessage(message)
  })
  port.start()
  return { send: (message) => port.postMessage(message) }
}

import { createRoot } from 'react-dom/client'
import type { DesktopBridge } from '../shared/contract/bridge.ts'
import { receiveFromDesktop } from './app/actions/use-app-commands.ts'
import { App } from './app/app.tsx'
import { connectPort } from './data/carriers/port-channel.ts'
import { createWebSocketConnector } from './data/carriers/web-socket-channel.ts'
import { connectDaemon } from './data/daemon.ts'
import { connectDesktop } from './data/desktop-link.ts'
import { installMarks } from './ui/mark.tsx'
import './styles/index.css'

declare global {
  interface Window {
    readonly procession?: DesktopBridge
  }
}

const bridge = window.procession
if (bridge) {
  void connectDesktop(bridge, receiveFromDesktop)
  connectDaemon(() => connectPort(bridge))
} else {
  connectDaemon(createWebSocketConnector())
}

installMarks()
const root = document.getElementById('root')
if (!root) throw new Error('The page has no root')
createRoot(root).render(<App />)

import { createRoot } from 'react-dom/client'
import { receiveFromDesktop } from './app/actions/use-app-commands.ts'
import { App } from './app/app.tsx'
import { followAppearance } from './app/theme.ts'
import { connectPort } from './data/carriers/port-channel.ts'
import { createWebSocketConnector } from './data/carriers/web-socket-channel.ts'
import { connectDaemon } from './data/daemon.ts'
import { connectDesktop } from './data/desktop-link.ts'
import { installMarks } from './ui/mark.tsx'
import './styles/index.css'

const bridge = window.procession
if (bridge) {
  void connectDesktop(bridge, receiveFromDesktop)
  connectDaemon(() => connectPort(bridge))
} else {
  connectDaemon(createWebSocketConnector())
}

followAppearance()
installMarks()
const root = document.getElementById('root')
if (!root) throw new Error('The page has no root')
createRoot(root).render(<App />)

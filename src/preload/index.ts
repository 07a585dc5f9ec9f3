import { contextBridge, ipcRenderer } from 'electron'
import type { DesktopBridge, PortMessage, PortName } from '../shared/contract/bridge.ts'

// A MessagePort cannot pass the context bridge (it arrives as an empty object, without an error), so it goes to the page
// as a window message. The page checks that the message comes from its own window.
ipcRenderer.on('port', (event, name: PortName) => {
  const message: PortMessage = { kind: 'procession-port', name }
  window.postMessage(message, window.location.origin, [...event.ports])
})

const bridge: DesktopBridge = {
  connect: (name) => ipcRenderer.send('connect', name),
  platform: process.platform,
}
contextBridge.exposeInMainWorld('procession', bridge)

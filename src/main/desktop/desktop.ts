import path from 'node:path'
import { app } from 'electron'
import type { CommandContext } from '../../shared/commands/commands.ts'
import { assertNever, type Result, success } from '../../shared/domain/result.ts'
import type { DaemonLaunch } from '../carrier/daemon-process.ts'
import { findNode } from '../carrier/find-node.ts'
import type { Places } from '../carrier/places.ts'
import { createApplicationMenu } from './application-menu.ts'
import { createAttention } from './attention.ts'
import { actFromTray, actOnNotice, openFolder, openLog, type Parts, runCommand } from './commands.ts'
import { createDaemonLink } from './daemon-link.ts'
import { HostNotices } from './host-notices.ts'
import { NotificationCenter, type NotificationCenterOptions } from './notification-center.ts'
import { desktopNotifications } from './notifications.ts'
import { servePage } from './page.ts'
import { servePorts } from './ports.ts'
import { createQuitter, type Quitter } from './quit.ts'
import { hardenPages } from './security.ts'
import { createAppTray } from './tray.ts'
import { createAppWindow } from './window.ts'
import type { WindowMessage } from './window-message.ts'

/** Wires the desktop together. The app must be ready. `root` is the folder of package.json and out/. */
export function openDesktop(root: string, places: Places): void {
  const icons = path.join(root, 'resources', 'icons')
  hardenPages()
  servePage(path.join(root, 'out', 'renderer'))

  const attention = createAttention()
  let context: CommandContext = { selected: [], session: null, focus: 'other', connected: false }
  let told = ''

  const changed = () => {
    attention.update(link.rows, window.isLookedAt)
    notifications.update(link.rows)
    hostNotices.update(link.rows)
    tray.changed()
    const connected = link.state.kind === 'connected'
    menu.update({ ...context, connected: context.connected && connected })
    tellLink()
  }
  const tellLink = () => {
    const state = JSON.stringify(link.state)
    if (state === told) return
    told = state
    window.send({ kind: 'daemon', state: link.state })
  }
  const link = createDaemonLink({
    places,
    launch: () => launchOf(root, places),
    onChange: () => changed(),
  })
  const window = createAppWindow({
    preload: path.join(root, 'out', 'preload', 'index.cjs'),
    icon: path.join(icons, 'app.png'),
    settings: path.join(app.getPath('userData'), 'desktop.json'),
    isQuitting: () => quitter.isQuitting,
    onLook: () => changed(),
  })
  const noticePlaces: Omit<NotificationCenterOptions, 'now'> = {
    port: desktopNotifications(path.join(icons, 'app.png')),
    isLookedAt: () => window.isLookedAt,
    toast: (notice) => window.send({ kind: 'notice', notice }),
    onClick: (notice) => actOnNotice(notice, window),
  }
  const notifications = new NotificationCenter({ ...noticePlaces, now: () => performance.now() })
  const hostNotices = new HostNotices(noticePlaces)
  const quitter: Quitter = createQuitter(link, window, () => changed())
  const parts: Parts = { link, window, quitter, logFile: places.log }
  const menu = createApplicationMenu((id) => runCommand(id, parts))
  const tray = createAppTray({
    icons,
    state: () => ({
      link: link.state,
      rows: link.rows,
      attention: attention.wanted,
      stoppingAll: quitter.isStoppingAll,
    }),
    act: (action) => actFromTray(action, parts),
  })

  servePorts({
    socket: places.socket,
    onDesktop: (port) => {
      port.send({ kind: 'daemon', state: link.state })
      window.connected(port)
    },
    onMessage: (message) => {
      if (message.kind === 'context') context = message.context
      receive(message, parts)
      changed()
    },
  })
  app.on('second-instance', () => window.show())
  app.on('activate', () => window.show())
  // The app lives on in the tray.
  app.on('window-all-closed', () => {})
  changed()
  window.show()
}

function receive(message: WindowMessage, parts: Parts): void {
  switch (message.kind) {
    case 'command':
      runCommand(message.id, parts)
      break
    case 'context':
      break
    case 'quit':
      void parts.quitter.confirm(message)
      break
    case 'theme':
      parts.window.setTheme(message.theme)
      break
    case 'daemon-retry':
      parts.link.retry()
      break
    case 'open-folder':
      void openFolder(message.sessionId, parts.link)
      break
    case 'open-log':
      void openLog(parts.logFile)
      break
    default:
      assertNever(message)
  }
}

function launchOf(root: string, places: Places): Result<DaemonLaunch> {
  const node = findNode(root, process.env)
  if (!node.ok) return node
  const entry = path.join(root, 'out', 'main', 'daemon.js')
  return success({ places, node: node.value, entry, environment: process.env })
}

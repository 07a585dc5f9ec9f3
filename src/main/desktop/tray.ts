import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron'
import { createPacer } from './pacer.ts'
import {
  type TrayAction,
  type TrayEntry,
  type TrayIcon,
  type TrayState,
  type TrayView,
  trayView,
} from './tray-template.ts'

/** A menu that is set again under the pointer closes on some desktops; processes may change many times a second. */
const rebuildIntervalMs = 1000

export type TrayOptions = {
  /** Folder of the pictures. */
  readonly icons: string
  readonly state: () => TrayState
  readonly act: (action: TrayAction) => void
}

export type AppTray = {
  /** The state has changed. */
  changed(): void
}

/** Puts Procession into the tray. */
export function createAppTray({ icons, state, act }: TrayOptions): AppTray {
  // Sizes for larger screens (@2x) are found by their names.
  const pictureOf = (icon: TrayIcon) => nativeImage.createFromPath(path.join(icons, `tray-${icon}.png`))
  const tray = new Tray(pictureOf('offline'))
  tray.on('click', () => act({ kind: 'open' }))
  let shown: TrayView | null = null

  const draw = () => {
    const view = trayView(state())
    if (view.icon !== shown?.icon) tray.setImage(pictureOf(view.icon))
    if (view.toolTip !== shown?.toolTip) tray.setToolTip(view.toolTip)
    if (!isDeepStrictEqual(view.entries, shown?.entries)) {
      tray.setContextMenu(Menu.buildFromTemplate(view.entries.map((entry) => optionsOf(entry, act))))
    }
    shown = view
  }
  const pacer = createPacer(rebuildIntervalMs, draw)
  pacer.ask()
  return { changed: pacer.ask }
}

function optionsOf(entry: TrayEntry, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (entry.kind) {
    case 'separator':
      return { type: 'separator' }
    case 'submenu':
      return { label: literal(entry.label), submenu: entry.entries.map((inner) => optionsOf(inner, act)) }
    case 'item': {
      const { action } = entry
      return { label: literal(entry.label), enabled: action !== null, click: () => action && act(action) }
    }
  }
}

/** A single & would mark the letter behind it. */
const literal = (label: string): string => label.replaceAll('&', '&&')

import path from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { DesktopMessage, ThemeChoice } from '../../shared/commands/commands.ts'
import { type DesktopSettings, readSettings, writeSettings } from './desktop-settings.ts'
import { showFailure } from './dialogs.ts'
import type { DesktopPort } from './ports.ts'
import { addressToLoad } from './security.ts'
import { placeWindow, smallestSize } from './window-place.ts'

/** --surface-page of the page's tokens, so that nothing flashes before the first paint. */
const background = { light: '#ffffff', dark: '#0f1115' }

/** A page that crashes again within this time would go on crashing. */
const reloadPauseMs = 10_000
/** Messages for a page that has not opened its port yet; more than these are no longer what the person waits for. */
const maxWaitingMessages = 16

export type WindowOptions = {
  readonly preload: string
  readonly icon: string
  /** File of the desktop's own settings. */
  readonly settings: string
  /** True once the app is quitting: then closing closes. */
  readonly isQuitting: () => boolean
  /** The person looks at the window, or no longer does. */
  readonly onLook: () => void
}

/** The one window. Closing hides it: the app lives on in the tray, and the page keeps its place. */
export type AppWindow = {
  /** Brings it to the front, making it where there is none. */
  show(): void
  hide(): void
  minimise(): void
  /** Tells the page. One that is still loading is told when it has loaded; the state of the daemon it gets anyway. */
  send(message: DesktopMessage): void
  /** The page has opened its port. */
  connected(port: DesktopPort): void
  setTheme(theme: ThemeChoice): void
  readonly isLookedAt: boolean
  /** It is visible and its page reacts. */
  readonly answers: boolean
}

export function createAppWindow(options: WindowOptions): AppWindow {
  let settings = readSettings(options.settings)
  let window: BrowserWindow | null = null
  let port: DesktopPort | null = null
  let waiting: DesktopMessage[] = []
  let responsive = true

  nativeTheme.themeSource = settings.theme
  const colour = () => (nativeTheme.shouldUseDarkColors ? background.dark : background.light)
  nativeTheme.on('updated', () => window?.setBackgroundColor(colour()))

  const remember = (change: Partial<DesktopSettings>) => {
    settings = { ...settings, ...change }
    writeSettings(options.settings, settings)
  }
  const open = (): BrowserWindow => {
    const made = makeWindow(options, settings, colour())
    made.on('close', (event) => {
      remember({ window: made.getNormalBounds(), maximised: made.isMaximized() })
      if (options.isQuitting()) return
      event.preventDefault()
      made.hide()
    })
    made.on('closed', () => {
      window = null
      port = null
    })
    made.on('focus', options.onLook)
    made.on('show', options.onLook)
    made.on('unresponsive', () => {
      responsive = false
    })
    made.on('responsive', () => {
      responsive = true
    })
    // A new page, which has to open its own port. A navigation that was refused does not come this far.
    made.webContents.on('did-navigate', () => {
      port = null
      responsive = true
    })
    reloadAfterCrash(made)
    void made.loadURL(addressToLoad()).catch(() => showUnloaded(made))
    return made
  }

  return {
    show() {
      if (!window) {
        window = open()
        return
      }
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    hide: () => window?.close(),
    minimise: () => window?.minimize(),
    send(message) {
      if (port) port.send(message)
      else if (message.kind !== 'daemon') waiting = [...waiting, message].slice(-maxWaitingMessages)
    },
    connected(opened) {
      port = opened
      for (const message of waiting) opened.send(message)
      waiting = []
    },
    setTheme(theme) {
      nativeTheme.themeSource = theme
      if (theme !== settings.theme) remember({ theme })
    },
    get isLookedAt() {
      return window?.isFocused() ?? false
    },
    get answers() {
      return port !== null && responsive && window?.isVisible() === true && !window.isMinimized()
    },
  }
}

function makeWindow({ preload, icon }: WindowOptions, settings: DesktopSettings, backgroundColor: string) {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  const window = new BrowserWindow({
    ...placeWindow(
      settings.window,
      [primary, ...others].map(({ workArea }) => workArea),
    ),
    // The usual size is that of the page; what was remembered includes frame and menu.
    useContentSize: settings.window === null,
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    title: 'Procession',
    icon,
    backgroundColor,
    show: false,
    webPreferences: {
      preload: path.resolve(preload),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  })
  window.once('ready-to-show', () => {
    if (settings.maximised) window.maximize()
    window.show()
  })
  return window
}

function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrash = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const now = performance.now()
    const again = now - lastCrash < reloadPauseMs
    lastCrash = now
    if (!again) return window.webContents.reload()
    void showFailure('The window crashed twice', {
      message: `Its page ended (${reason}). Your processes are not touched.`,
      hint: 'Quit Procession and open it again.',
    })
  })
}

function showUnloaded(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  window.show()
  void showFailure('The window could not be filled', {
    message: 'The page of the application is missing or damaged.',
    hint: 'Build it again (in a clone: npm start), or install Procession again.',
  })
}

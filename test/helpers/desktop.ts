import { type ChildProcessByStdio, spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { SYSTEM_PYTHON } from '../../scripts/lib/system-packages.mjs'
import { until } from './until.ts'

export interface TrayItem {
  /** Bus name and object path. */
  readonly item: string
  readonly id: string
  readonly title: string
  readonly status: string
  readonly toolTip: string
  /** Every size that is offered; the hash is of the pixels, so that a changed picture is seen. */
  readonly icons: readonly { readonly width: number; readonly height: number; readonly sha256: string }[]
}

export interface MenuEntry {
  readonly id: number
  readonly type: 'normal' | 'separator' | 'checkmark' | 'radio'
  /** As shown: without the mark of a shortcut. */
  readonly label: string
  readonly enabled: boolean
  readonly visible: boolean
  readonly checked: boolean
  readonly children: readonly MenuEntry[]
}

export interface ShownNotification {
  readonly id: number
  readonly app: string
  readonly summary: string
  readonly body: string
  /** Label by key; the key of a click on the notification itself is `default`. */
  readonly actions: Readonly<Record<string, string>>
  /** 0 low, 1 normal, 2 critical. */
  readonly urgency: number
}

export interface Tray {
  /** The only item; waits until there is one. */
  item(): Promise<TrayItem>
  items(): Promise<readonly TrayItem[]>
  /** The whole menu of the only item, as it is at this moment. */
  menu(): Promise<readonly MenuEntry[]>
  /** Clicks an entry by the labels on the way to it, such as `['Stop…', 'web']`. */
  click(labels: readonly string[]): Promise<void>
  /** Clicks the icon. */
  activate(): Promise<void>
}

export interface Notifications {
  /** Those that are shown now. */
  list(): Promise<readonly ShownNotification[]>
  /** Clicks a notification, or one of its actions; it closes. */
  click(id: number, action?: string): Promise<void>
  /** Dismisses a notification as a person does. */
  close(id: number): Promise<void>
}

export type DesktopEvent =
  | { readonly event: 'item-added' | 'item-removed'; readonly item: string }
  | { readonly event: 'item-changed' | 'menu-changed' }
  | { readonly event: 'notification'; readonly notification: ShownNotification }
  | { readonly event: 'notification-closed'; readonly id: number; readonly reason: number }

export interface Desktop extends AsyncDisposable {
  /** The environment of a program that is to run on this desktop: ours, with its display and its bus. */
  readonly env: Record<string, string>
  /** Everything that has happened on it, in order. */
  readonly events: readonly DesktopEvent[]
  /** The processes of the X server and the bus. */
  readonly pids: readonly number[]
  readonly tray: Tray
  readonly notifications: Notifications
}

interface Ready {
  readonly event: 'ready'
  readonly display: string
  readonly busAddress: string
  readonly pids: readonly number[]
}

type Reply = { readonly reply: number; readonly result: unknown } | { readonly reply: number; readonly error: string }

/**
 * Starts a private desktop: Xvfb, a session bus, a notification server and a tray. Dispose of it with `await using`:
 * then all its processes are gone. They also go when the test process dies.
 * Needs the real part `desktop` (see real-parts.ts).
 */
export async function startDesktop(): Promise<Desktop> {
  const script = path.join(import.meta.dirname, 'desktop.py')
  const server = spawn(SYSTEM_PYTHON, ['-B', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const link = new Link(server)
  try {
    const ready = await link.ready
    return {
      env: desktopEnvironment(ready),
      events: link.events,
      pids: ready.pids,
      tray: createTray(link),
      notifications: createNotifications(link),
      [Symbol.asyncDispose]: () => link.end(),
    }
  } catch (error) {
    await link.end()
    throw error
  }
}

function desktopEnvironment(ready: Ready): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'WAYLAND_DISPLAY',
  )
  return {
    ...Object.fromEntries(inherited),
    DISPLAY: ready.display,
    DBUS_SESSION_BUS_ADDRESS: ready.busAddress,
    // Chromium asks the system bus too, and waits for it where there is none.
    DBUS_SYSTEM_BUS_ADDRESS: ready.busAddress,
    // Without the name of a desktop that has a tray of this kind, Electron looks for another kind.
    XDG_CURRENT_DESKTOP: 'KDE',
    NO_AT_BRIDGE: '1',
  }
}

function createTray(link: Link): Tray {
  const items = () => link.request<readonly TrayItem[]>('tray.items', {})
  const item = () => until(async () => (await items())[0], { what: 'an item in the tray' })
  return {
    items,
    item,
    menu: async () => link.request<readonly MenuEntry[]>('tray.menu', { item: (await item()).item }),
    click: async (labels) => {
      await link.request('tray.click', { item: (await item()).item, path: labels })
    },
    activate: async () => {
      await link.request('tray.activate', { item: (await item()).item })
    },
  }
}

function createNotifications(link: Link): Notifications {
  return {
    list: () => link.request<readonly ShownNotification[]>('notifications.list', {}),
    click: async (id, action = 'default') => {
      await link.request('notifications.click', { notification: id, action })
    },
    close: async (id) => {
      await link.request('notifications.close', { notification: id })
    },
  }
}

type Server = ChildProcessByStdio<Writable, Readable, null>

/** The JSON lines that are exchanged with desktop.py. */
class Link {
  readonly events: DesktopEvent[] = []
  readonly #server: Server
  readonly #ready = Promise.withResolvers<Ready>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #lastRequest = 0
  #failure: Error | undefined

  constructor(server: Server) {
    this.#server = server
    createInterface({ input: server.stdout }).on('line', (line) => this.#receive(JSON.parse(line)))
    server.on('error', (error) => this.#finish(error))
    server.on('close', (code, signal) => this.#finish(new Error(`the desktop has ended with ${code ?? signal}`)))
    // A request to a server that is just ending; `close` follows.
    server.stdin.on('error', () => undefined)
  }

  get ready(): Promise<Ready> {
    return this.#ready.promise
  }

  request<Result>(command: string, parameters: Record<string, unknown>): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const id = ++this.#lastRequest
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    this.#server.stdin.write(`${JSON.stringify({ id, command, ...parameters })}\n`)
    return answer.promise as Promise<Result>
  }

  /** Ends the server, which ends the rest. */
  async end(): Promise<void> {
    this.#server.stdin.end()
    await this.#ended.promise
  }

  #finish(failure: Error): void {
    this.#failure ??= failure
    this.#ready.reject(failure)
    for (const answer of this.#waiting.values()) answer.reject(failure)
    this.#waiting.clear()
    this.#ended.resolve()
  }

  #receive(message: Ready | DesktopEvent | Reply): void {
    if ('event' in message) {
      if (message.event === 'ready') this.#ready.resolve(message)
      else this.events.push(message)
      return
    }
    const answer = this.#waiting.get(message.reply)
    this.#waiting.delete(message.reply)
    if ('error' in message) answer?.reject(new Error(message.error))
    else answer?.resolve(message.result)
  }
}

/** The two conversations a window has with Electron main: the daemon's protocol, and menus and tray. */
export type PortName = 'rpc' | 'desktop'

/** What the preload puts on `window.procession`; absent in a browser. */
export type DesktopBridge = {
  /**
   * Asks Electron main for a fresh port. The preload answers with the window message `PortMessage` and the port in its
   * `ports`, because a MessagePort cannot pass the context bridge.
   */
  connect(name: PortName): void
  /** `process.platform` of Electron main. */
  readonly platform: string
}

/** Data of the window message that carries a port. */
export type PortMessage = { readonly kind: 'procession-port'; readonly name: PortName }

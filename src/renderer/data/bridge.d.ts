import type { DesktopBridge } from '../../shared/contract/bridge.ts'

declare global {
  interface Window {
    /** Put there by the preload; absent in a browser. */
    readonly procession?: DesktopBridge
  }
}

import { app, dialog, type Session, session, shell, type WebContents } from 'electron'
import { pageAddress } from './page.ts'

// What every page may and may not do, whatever made it (https://www.electronjs.org/docs/latest/tutorial/security).

/** Copying text is all that our page needs to ask for. */
const allowedPermission = 'clipboard-sanitized-write'

/** The address of the page while its sources are being worked on; never in a package. */
const developmentAddress = (): string | undefined => (app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL)

/** What the window loads. */
export const addressToLoad = (): string => developmentAddress() || pageAddress

/** True for our own page and nothing else. */
export function isOurPage(address: string): boolean {
  const own = new URL(addressToLoad())
  const other = URL.canParse(address) ? new URL(address) : null
  // Not `origin`: to Node, unlike to Chromium, that of our own scheme is opaque.
  return other !== null && other.protocol === own.protocol && other.host === own.host
}

/** Must be called before the first page is made. */
export function hardenPages(): void {
  app.on('web-contents-created', (_event, contents) => hardenContents(contents))
  hardenSession(session.defaultSession)
}

function hardenContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, address: string) => {
    if (isOurPage(address)) return
    event.preventDefault()
    void offerLink(address)
  }
  contents.on('will-navigate', (event) => stay(event, event.url))
  contents.on('will-redirect', (event) => stay(event, event.url))
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    void offerLink(url)
    return { action: 'deny' }
  })
}

function hardenSession(pages: Session): void {
  pages.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === allowedPermission && isOurPage(contents.getURL())),
  )
  pages.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === allowedPermission && isOurPage(origin),
  )
  pages.setDevicePermissionHandler(() => false)
}

/** Opens an https address in the browser if the person agrees; any other is dropped. */
async function offerLink(address: string): Promise<void> {
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:') return
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Open this link in your browser?',
    detail: address,
    buttons: ['Open link', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  })
  if (response === 0) await shell.openExternal(address)
}

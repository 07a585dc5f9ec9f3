import path from 'node:path'
import process from 'node:process'
import type { ElectronApplication, Page, TestInfo } from '@playwright/test'
import { DaemonLab } from './daemon-lab.ts'
import { type Desktop, startDesktop } from './desktop.ts'
import { launchElectron } from './electron.ts'
import { until } from './until.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** The real app on a desktop of its own, beside a real daemon of its own. */
export interface DesktopApp extends AsyncDisposable {
  readonly lab: DaemonLab
  readonly desktop: Desktop
  readonly electron: ElectronApplication
  readonly window: Page
  /** Everything that the page has complained about: errors and broken content policy. */
  readonly complaints: string[]
}

/** Starts daemon, desktop and app, and waits for the window. The test has called `requireElectron` before. */
export async function startDesktopApp(info: TestInfo): Promise<DesktopApp> {
  const resources = new AsyncDisposableStack()
  try {
    const lab = resources.use(await DaemonLab.start())
    const desktop = resources.use(await startDesktop())
    const electron = await launchElectron({
      app: root,
      env: { ...desktop.env, PROCESSION_HOME: lab.places.home, PROCESSION_NODE: process.execPath },
      userData: info.outputPath('user-data'),
    })
    let closed = false
    electron.on('close', () => {
      closed = true
    })
    resources.defer(async () => {
      if (!closed) await closeApp(electron)
    })
    const window = await electron.firstWindow()
    const complaints: string[] = []
    window.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    window.on('pageerror', (error) => complaints.push(String(error)))
    return { lab, desktop, electron, window, complaints, [Symbol.asyncDispose]: () => resources.disposeAsync() }
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}

/** Ends the app without its question. */
async function closeApp(electron: ElectronApplication): Promise<void> {
  const closed = electron.waitForEvent('close')
  electron.process().kill('SIGTERM')
  await closed
}

/** Clicks an entry of the application menu by its command, as a person does: once it is enabled. */
export async function clickApplicationMenu(electron: ElectronApplication, command: string): Promise<void> {
  const click = () =>
    electron.evaluate(({ Menu }, id) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(id)
      if (!item) throw new Error(`The menu has no ${id}`)
      if (item.enabled) item.click()
      return item.enabled
    }, command)
  await until(click, { what: `${command} to be enabled` })
}

import process from 'node:process'
import { _electron, type ElectronApplication } from '@playwright/test'
import { resolveElectronRuntime } from '../../scripts/lib/electron-runtime.mjs'
import { SetUpError } from '../../scripts/lib/progress.mjs'
import { requireParts, type Skippable, skipOrFail } from './real-parts.ts'

/** From start to the first contact, on a loaded two-core machine. A start that hangs is tried once more. */
const LAUNCH_TIMEOUT_MS = 20_000

interface ElectronLaunch {
  /** Folder with the package.json of the app. */
  readonly app: string
  readonly arguments?: readonly string[]
  /** The environment of a desktop, see desktop.ts, and whatever else the app is to see. */
  readonly env: Readonly<Record<string, string>>
  /** A folder of its own for what Chromium stores. */
  readonly userData: string
}

/**
 * Skips a test, saying why, where no Electron can be had or run on a desktop of desktop.ts; fails it instead where real
 * parts are required.
 */
export async function requireElectron(context: Skippable): Promise<void> {
  requireParts(context, 'desktop', 'electron libraries')
  try {
    // Playwright finds Electron by this variable. Given the path of its program instead, it would leave out its loader.
    process.env.ELECTRON_OVERRIDE_DIST_PATH ??= (await resolveElectronRuntime()).folder
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    skipOrFail(context, error.message)
  }
}

/**
 * Starts an app in the Electron runtime of this clone, under Playwright. `await using` closes it. The test has called
 * `requireElectron` before.
 */
export async function launchElectron(launch: ElectronLaunch): Promise<ElectronApplication> {
  const options = {
    args: [
      `--user-data-dir=${launch.userData}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      launch.app,
      ...(launch.arguments ?? []),
    ],
    env: { ...launch.env },
    timeout: LAUNCH_TIMEOUT_MS,
  }
  try {
    return await _electron.launch(options)
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error
    return _electron.launch(options)
  }
}

import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { downloadElectron, downloadFailedLately } from './electron-download.mjs'
import { cacheFolder, cloneRoot } from './place.mjs'
import { SetUpError, say } from './progress.mjs'
import { assembleTestRuntime, canUseTestRuntime, testRuntimeFolder, testRuntimeName } from './test-runtime.mjs'

/**
 * @typedef {object} ElectronRuntime
 * @property {string} folder what `ELECTRON_OVERRIDE_DIST_PATH` is to be set to
 * @property {string} binary the program in it
 * @property {'override' | 'installed' | 'downloaded' | 'test runtime'} source
 */

/** @type {Partial<Record<NodeJS.Platform, string>>} as in electron's own install.js; elsewhere `electron` */
const BINARIES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }

/**
 * Finds an Electron, or gets one: `ELECTRON_OVERRIDE_DIST_PATH`, the one that is installed in node_modules, electron's
 * own download, and where that cannot be reached the checked test runtime, with a warning. A download that failed is
 * tried again a day later: until then the test runtime is used at once.
 *
 * @param {string} [root]
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<ElectronRuntime>}
 * @throws {SetUpError} where there is none
 */
export async function resolveElectronRuntime(root = cloneRoot, environment = process.env) {
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH
  if (override) {
    const binary = electronBinary(override)
    if (existsSync(binary)) return { folder: override, binary, source: 'override' }
    throw new SetUpError(
      `ELECTRON_OVERRIDE_DIST_PATH holds no Electron: ${binary} does not exist`,
      'Set it to a folder with an unpacked Electron, or unset it.',
    )
  }
  const installed = path.join(root, 'node_modules', 'electron', 'dist')
  if (isInstalled(installed)) return { folder: installed, binary: electronBinary(installed), source: 'installed' }

  const cache = path.join(cacheFolder(environment), 'electron')
  if (!downloadFailedLately(cache)) {
    const failure = await downloadElectron(root, cache)
    if (failure === null) return { folder: installed, binary: electronBinary(installed), source: 'downloaded' }
    say(`Electron could not be downloaded: ${failure}`)
  }
  return testRuntime(cache)
}

/**
 * @param {string} cache
 * @returns {Promise<ElectronRuntime>}
 */
async function testRuntime(cache) {
  if (!canUseTestRuntime()) {
    throw new SetUpError(
      'There is no Electron: it could not be downloaded',
      'Run `npx install-electron` in the clone where its download can be reached, or unpack an Electron yourself and set\n' +
        'ELECTRON_OVERRIDE_DIST_PATH to its folder. The web interface needs none: `bin/procession serve`.',
    )
  }
  const folder = testRuntimeFolder(cache)
  if (!existsSync(electronBinary(folder))) await assembleTestRuntime(folder)
  say(`warning: using the ${testRuntimeName}, for development and tests only; never shipped.`)
  say('  For the real one run `npx install-electron` where the download of electron can be reached.')
  return { folder, binary: electronBinary(folder), source: 'test runtime' }
}

/**
 * @param {string} folder
 * @returns {string}
 */
function electronBinary(folder) {
  return path.join(folder, BINARIES[process.platform] ?? 'electron')
}

/**
 * @param {string} folder
 * @returns {boolean} whether electron's own installation there is complete: it writes `path.txt` at its end
 */
function isInstalled(folder) {
  return existsSync(electronBinary(folder)) && existsSync(path.join(folder, '..', 'path.txt'))
}

// `npm start -- [--install] [ARGUMENTS OF THE APP]`: sets the clone up and opens the desktop app; without a display,
// or where Electron cannot run, serves the same interface and prints its URL.
import path from 'node:path'
import process from 'node:process'
import { installCommand, installPackages, mayInstallPackages } from './lib/apt.mjs'
import { ensureBuild } from './lib/build.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { resolveElectronRuntime } from './lib/electron-runtime.mjs'
import { missingLibraries } from './lib/missing-libraries.mjs'
import { ourNode } from './lib/our-node.mjs'
import { cloneRoot } from './lib/place.mjs'
import { runScript, SetUpError, say } from './lib/progress.mjs'
import { runProgram } from './lib/run-program.mjs'
import { missingPackages } from './lib/system-packages.mjs'
import { ensureTerminalModule } from './lib/terminal-module.mjs'

/** @returns {boolean} */
function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/**
 * Finds an Electron that runs on this machine.
 *
 * @param {readonly string[]} commandLine
 * @returns {Promise<string>} its program
 * @throws {SetUpError} saying why there is none
 */
async function prepareElectron(commandLine) {
  if (!hasDisplay()) {
    throw new SetUpError('there is no display', 'For the desktop app set DISPLAY or WAYLAND_DISPLAY.')
  }
  const { binary } = await resolveElectronRuntime()
  if (process.platform !== 'linux' || missingLibraries(binary).length === 0) return binary
  if (mayInstallPackages(commandLine)) await installPackages(['electron libraries'])
  const missing = missingLibraries(binary)
  if (missing.length === 0) return binary
  throw new SetUpError(
    `Electron needs shared libraries that this system lacks: ${missing.join(', ')}`,
    `Run as root: ${installCommand(missingPackages(['electron libraries']))}`,
  )
}

/**
 * @param {string} electron
 * @param {readonly string[]} appArguments
 * @returns {Promise<number>} exit code
 */
async function openDesktop(electron, appArguments) {
  const switches = []
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    say('Running as root: Electron starts without its sandbox (--no-sandbox), which it cannot set up for root.')
    switches.push('--no-sandbox')
  }
  say('Opening Procession; Ctrl-C ends it. Its processes stay.')
  return (await runProgram(electron, [...switches, cloneRoot, ...appArguments])).code
}

/**
 * @param {readonly string[]} appArguments
 * @returns {Promise<number>} exit code
 */
async function serve(appArguments) {
  const cli = path.join(cloneRoot, 'out', 'main', 'cli.js')
  return (await runProgram(ourNode(), [cli, 'serve', ...appArguments])).code
}

await runScript(async () => {
  const commandLine = process.argv.slice(2)
  const appArguments = commandLine.filter((argument) => argument !== '--install')
  // npm takes its own `--` away; where this script is run by hand it is still there.
  if (appArguments[0] === '--') appArguments.shift()
  await ensureDependencies()
  await ensureTerminalModule()
  await ensureBuild()
  try {
    return await openDesktop(await prepareElectron(commandLine), appArguments)
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(`Serving the interface to a browser instead of opening the desktop app: ${error.message}`)
    say(`  ${error.remedy.replaceAll('\n', '\n  ')}`)
    return serve(appArguments)
  }
})

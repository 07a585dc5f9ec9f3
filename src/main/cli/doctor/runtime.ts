import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { findNode } from '../../carrier/find-node.ts'
import type { Cli } from '../cli.ts'
import { desktopProgram, hasDisplay } from '../desktop-program.ts'
import { type Check, missing, ok, problem } from './check.ts'

/** The Node that everything is tested with; the native module of the database needs 22 or newer. */
const testedMajor = 24
const leastMajor = 22

export function checkSystem(): Check {
  const system = `${process.platform} ${process.arch}`
  if (process.platform === 'linux') return ok('system', system, true)
  return missing(
    'system',
    `${system}: supervision is not supported here`,
    'Use the desktop app with a daemon on a Linux machine.',
  )
}

export function checkNode(programRoot: string, environment: NodeJS.ProcessEnv): Check {
  const found = findNode(programRoot, environment)
  if (!found.ok) return problem('node', found.message, found.hint, true)
  const major = Number(process.versions.node.split('.')[0])
  const detail = `${process.version} (${process.execPath})`
  if (major < leastMajor)
    return problem('node', detail, `Set PROCESSION_NODE to a Node ${testedMajor}, or unset it.`, true)
  return ok('node', detail, true)
}

/** Looks where `npm start` looks, without downloading anything. */
export function checkElectron(programRoot: string, environment: Readonly<NodeJS.ProcessEnv>): Check {
  const folders = electronFolders(programRoot, environment)
  const found = folders.find((folder) => existsSync(path.join(folder, 'electron')))
  if (found !== undefined) return ok('electron', found)
  const program = desktopProgram(programRoot)
  if (program === null)
    return missing('electron', 'the desktop app is not installed here', 'Use a browser: procession serve')
  if (program.args.length === 0) return ok('electron', program.command)
  return missing('electron', 'not fetched yet', 'npm start, or procession open, fetches it.')
}

function electronFolders(programRoot: string, environment: Readonly<NodeJS.ProcessEnv>): string[] {
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH
  if (override) return [override]
  const userCache = environment.XDG_CACHE_HOME || path.join(homedir(), '.cache')
  const cache = path.join(environment.PROCESSION_CACHE ?? path.join(userCache, 'procession'), 'electron')
  const cached = existsSync(cache) ? readdirSync(cache).map((name) => path.join(cache, name)) : []
  return [path.join(programRoot, 'node_modules', 'electron', 'dist'), ...cached]
}

/** Whether the module is there that `scripts/lib/terminal-module.mjs` compiles. */
export function checkTerminals(programRoot: string): Check {
  const module = path.join(programRoot, 'node_modules', 'node-pty', 'build', 'Release', 'pty.node')
  if (existsSync(module)) return ok('terminals', module)
  return missing(
    'terminals',
    'the module for them is not built',
    'For processes with a terminal install a C++ compiler (apt-get install g++), then npm run build and daemon stop.',
  )
}

export function checkDisplay(environment: Readonly<NodeJS.ProcessEnv>): Check {
  const display = environment.WAYLAND_DISPLAY || environment.DISPLAY
  if (hasDisplay(environment)) return ok('display', display ?? process.platform)
  return missing('display', 'neither DISPLAY nor WAYLAND_DISPLAY is set', 'Use a browser: procession serve')
}

/** Looks for the daemon without starting it. */
export async function checkDaemon(cli: Cli): Promise<Check> {
  const client = await cli.daemon.find()
  if (!client.ok) return problem('daemon', client.message, client.hint, true)
  if (client.value === null) return ok('daemon', `none runs; one is started on demand (${cli.places.socket})`, true)
  const status = await client.value.call('daemon.status', {})
  if (!status.ok) return problem('daemon', status.message, status.hint, true)
  return ok('daemon', `pid ${status.value.pid}, version ${status.value.version} (${cli.places.socket})`, true)
}

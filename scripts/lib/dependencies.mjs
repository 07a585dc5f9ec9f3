import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ownNodePath } from './our-node.mjs'
import { cloneRoot } from './place.mjs'
import { SetUpError, withProgress } from './progress.mjs'
import { runProgram } from './run-program.mjs'
import { withLock } from './set-up-lock.mjs'

/**
 * @typedef {object} LockedPackage one entry of `packages` in a lock file of npm (docs.npmjs.com, package-lock-json)
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 */

/**
 * @typedef {object} LockFile
 * @property {Record<string, LockedPackage>} packages by path, such as `node_modules/zod`; `` is the project itself
 */

/**
 * What is installed otherwise than locked. An optional package may be missing: it may be for another system.
 *
 * @param {LockFile} locked package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json, which npm writes at the end of an installation
 * @returns {string[]} the paths that differ
 */
export function lockDifferences(locked, installed) {
  const missingOrOther = Object.entries(locked.packages).filter(([place, wanted]) => {
    if (place === '') return false
    const found = installed.packages[place]
    if (found === undefined) return !wanted.optional && !wanted.devOptional
    return found.version !== wanted.version || found.integrity !== wanted.integrity
  })
  const left = Object.keys(installed.packages).filter((place) => locked.packages[place] === undefined)
  return [...missingOrOther.map(([place]) => place), ...left]
}

/**
 * @param {string} root
 * @returns {boolean} whether node_modules is what package-lock.json says
 */
function areDependenciesCurrent(root) {
  const installedLock = path.join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedLock) || !existsSync(ownNodePath(root))) return false
  const installed = JSON.parse(readFileSync(installedLock, 'utf8'))
  const locked = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  return lockDifferences(locked, installed).length === 0
}

/**
 * Installs what package-lock.json names, unless it is installed already.
 *
 * @param {string} [root]
 * @throws {SetUpError} where npm is missing or fails
 */
export async function ensureDependencies(root = cloneRoot) {
  if (areDependenciesCurrent(root)) return
  await withLock(path.join(root, 'out', '.dependencies.lock'), async () => {
    // Whoever held the lock may have done it.
    if (areDependenciesCurrent(root)) return
    await withProgress('Installing dependencies with `npm ci` (once, about a minute)', () => install(root))
  })
}

/**
 * Of all install scripts only the one of the package `node` is run: it fetches the Node that we run on. Others would
 * compile what comes compiled, which takes a compiler and a download of headers.
 *
 * @param {string} root
 */
async function install(root) {
  await npm(root, ['ci', '--include=dev', '--ignore-scripts'])
  await npm(root, ['rebuild', 'node', '--ignore-scripts=false'])
  if (existsSync(ownNodePath(root))) return
  throw new SetUpError(
    `The Node 24 that this project runs on was not installed: ${ownNodePath(root)} is missing`,
    'Run `npm rebuild node --ignore-scripts=false` in the clone and read what it says, or set PROCESSION_NODE.',
  )
}

/**
 * @param {string} root
 * @param {readonly string[]} npmArguments
 */
async function npm(root, npmArguments) {
  // Without engine warnings: npm runs on the machine's Node, everything else on the Node that it installs.
  const options = ['--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier']
  const { code } = await runProgram('npm', [...npmArguments, ...options], {
    cwd: root,
    env: environmentForNpm(root),
    output: 'stderr',
  })
  if (code === 0) return
  if (code === 127) {
    throw new SetUpError('npm is not installed', 'Install Node 20 or newer with npm (https://nodejs.org).')
  }
  throw new SetUpError(
    `\`npm ${npmArguments.join(' ')}\` failed with exit code ${code}`,
    'Its own message is above. It needs a connection to an npm registry, through a proxy only if npm knows it\n' +
      '(`npm config set proxy ...`). Start again when that is mended.',
  )
}

/**
 * The environment without what an outer `npm run` put there: the Node of node_modules, on which this script may be
 * running, is about to be replaced.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentForNpm(root, environment = process.env) {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^npm_(lifecycle|package|execpath|node_execpath|command|config_local_prefix)/.test(name),
  )
  const ours = path.join(root, 'node_modules')
  const folders = (environment.PATH ?? '').split(path.delimiter).filter((folder) => !folder.startsWith(ours))
  return { ...Object.fromEntries(kept), PATH: folders.join(path.delimiter) }
}

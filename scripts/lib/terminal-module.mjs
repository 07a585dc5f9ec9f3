import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { cloneRoot } from './place.mjs'
import { say, withProgress } from './progress.mjs'
import { runProgram } from './run-program.mjs'
import { withLock } from './set-up-lock.mjs'
import { findCommand } from './system-packages.mjs'

/** The names a C++ compiler usually has. `CXX` comes before them, as in every build tool. */
const COMPILERS = ['g++', 'c++', 'clang++']

/** Compiling takes about a second; a compiler that waits for something must not hold up the start. */
const COMPILE_LIMIT_MS = 120_000

const HEADER = fileURLToPath(new URL('terminal-module.h', import.meta.url))

/** node-pty looks for its module there first. */
const PLACE = ['node_modules', 'node-pty', 'build', 'Release', 'pty.node']

/**
 * @param {string} root
 * @returns {string} where the compiled module of terminals is
 */
export const terminalModulePath = (root) => path.join(root, ...PLACE)

/**
 * Compiles the part of node-pty that opens terminals, unless that is done. It is a Node-API module of one file, so one
 * call of the compiler is enough: no Python, no node-gyp and no headers of Node. Without a compiler everything but
 * terminals works, so that is said and is no failure.
 *
 * @param {string} [root]
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<boolean>} whether terminals work
 */
export async function ensureTerminalModule(root = cloneRoot, environment = process.env) {
  if (process.platform !== 'linux') return false
  const source = sourceOf(root)
  if (source === null) return false
  if (isCurrent(root, source)) return true
  return withLock(path.join(root, 'out', '.terminal-module.lock'), async () => {
    if (isCurrent(root, source)) return true
    const compiler = findCompiler(environment)
    if (compiler === null) {
      say('Processes cannot be given a terminal: this needs a C++ compiler. Install one (Debian: apt-get install g++)')
      say('  and start again. Everything else works.')
      return false
    }
    return withProgress('Compiling the module for terminals', () => compile(root, source, compiler))
  })
}

/** @typedef {{ file: string, folders: string[], fingerprint: string }} Source */

/**
 * @param {string} root
 * @returns {Source | null} null before dependencies are installed
 */
function sourceOf(root) {
  const folder = path.join(root, 'node_modules', 'node-pty')
  const file = path.join(folder, 'src', 'unix', 'pty.cc')
  if (!existsSync(file)) return null
  const nodePty = createRequire(path.join(folder, 'package.json'))
  const own = createRequire(path.join(root, 'package.json'))
  const folders = [
    path.join(path.dirname(own.resolve('node-api-headers/package.json')), 'include'),
    path.dirname(nodePty.resolve('node-addon-api/package.json')),
  ]
  const hash = createHash('sha256').update(`${process.arch}\0`)
  for (const part of [file, HEADER, path.join(folders[1] ?? '', 'package.json')]) hash.update(readFileSync(part))
  return { file, folders, fingerprint: hash.digest('hex') }
}

/**
 * @param {string} root
 * @returns {string} says from what the module was compiled
 */
const stampPath = (root) => `${terminalModulePath(root)}.stamp`

/**
 * @param {string} root
 * @param {Source} source
 * @returns {boolean}
 */
function isCurrent(root, { fingerprint }) {
  if (!existsSync(terminalModulePath(root)) || !existsSync(stampPath(root))) return false
  return readFileSync(stampPath(root), 'utf8') === fingerprint
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string | null}
 */
function findCompiler(environment) {
  if (environment.CXX) return environment.CXX
  return COMPILERS.map((name) => findCommand(name)).find((found) => found !== null) ?? null
}

/**
 * @param {string} root
 * @param {Source} source
 * @param {string} compiler
 * @returns {Promise<boolean>}
 */
async function compile(root, source, compiler) {
  const target = terminalModulePath(root)
  const next = `${target}.${process.pid}`
  await mkdir(path.dirname(target), { recursive: true })
  const { code, output } = await runProgram(
    compiler,
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-DNAPI_CPP_EXCEPTIONS'],
      ...['-DNODE_GYP_MODULE_NAME=pty', '-DBUILDING_NODE_EXTENSION', '-include', HEADER],
      ...source.folders.flatMap((folder) => ['-I', folder]),
      ...[source.file, '-o', next, '-lutil'],
    ],
    { cwd: root, output: 'capture', timeoutMs: COMPILE_LIMIT_MS },
  )
  if (code !== 0) {
    await rm(next, { force: true })
    say(output.trimEnd())
    say(
      `Processes cannot be given a terminal: ${compiler} failed with exit code ${code}, see above. It needs the headers`,
    )
    say('  of the C and C++ libraries (Debian: apt-get install g++). Everything else works.')
    return false
  }
  // A daemon may have the old one loaded: it keeps that file until it ends.
  await rename(next, target)
  await writeFile(stampPath(root), source.fingerprint)
  return true
}

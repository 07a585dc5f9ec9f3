import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** Marks everything that a run of the tests starts, so that what it leaves behind is found. */
export const TEST_RUN_VARIABLE = 'PROCESSION_TEST_RUN'

/** What a test must not inherit: the person's own places, desktop and supervised process. */
const REMOVED =
  /^(XDG_|PROCESSION_(HOME|ID|SESSION|ALIAS|WORKSPACE|DB)$|DISPLAY$|WAYLAND_DISPLAY$|DBUS_|npm_lifecycle_|NODE_OPTIONS$)/

/**
 * @typedef {object} TestHome
 * @property {string} folder removed at the end; holds the home and the reports
 * @property {string} run the value of `PROCESSION_TEST_RUN`
 * @property {NodeJS.ProcessEnv} environment for every tool and test
 */

/**
 * Makes an empty home for a run of the tests. The person's own is never touched.
 *
 * @returns {Promise<TestHome>}
 */
export async function createTestHome() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'procession-test-'))
  const home = path.join(folder, 'home')
  const runtime = path.join(folder, 'run')
  await mkdir(home)
  await mkdir(runtime, { mode: 0o700 })
  const run = path.basename(folder)
  const kept = Object.entries(process.env).filter(([name]) => !REMOVED.test(name))
  const environment = {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    [TEST_RUN_VARIABLE]: run,
  }
  return { folder, run, environment }
}

/** @param {TestHome} home */
export async function removeTestHome(home) {
  await rm(home.folder, { recursive: true, force: true, maxRetries: 3 })
}

import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The root folder of this clone. `import.meta.dirname` would need Node 20.11. */
export const cloneRoot = path.resolve(fileURLToPath(new URL('../..', import.meta.url)))

/**
 * The folder in which things that survive a clone are kept: `$PROCESSION_CACHE`, else `$XDG_CACHE_HOME/procession`,
 * else `~/.cache/procession`.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string} an absolute path that need not exist yet
 */
export function cacheFolder(environment = process.env) {
  if (environment.PROCESSION_CACHE) return path.resolve(environment.PROCESSION_CACHE)
  return path.join(environment.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'procession')
}

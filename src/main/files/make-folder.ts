import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Not `mkdirSync` with `recursive`: that one never returns where
 * the system says that a folder is missing although it is there, as in /proc. Throws the system's error, with the path.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const folder = resolve(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent, mode)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Somebody else was faster.
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false
    if (!isThere) throw error
  }
}

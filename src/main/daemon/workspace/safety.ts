import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadOnlyReason } from '../../../shared/domain/rows.ts'

/**
 * A workspace says which programs run as us, so its folders must belong to us and be closed to others' writing.
 * Null when that holds, else why not, with the path and the remedy.
 */
export function unsafeReason(root: string): ReadOnlyReason | null {
  for (const path of [root, ...['etc', 'db', 'pid'].map((folder) => join(root, folder))]) {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (!stat) return { kind: 'missing', message: `${path} does not exist` }
    if (!stat.isDirectory()) return { kind: 'unsafe', message: `${path} is not a folder` }
    if (stat.uid !== process.getuid?.()) {
      return { kind: 'unsafe', message: `${path} belongs to another user (uid ${stat.uid}); take it over with: chown` }
    }
    // The private group of a user (same number) is as good as the user.
    const sharedGroup = (stat.mode & 0o020) !== 0 && stat.gid !== stat.uid
    if (sharedGroup || (stat.mode & 0o002) !== 0) {
      return { kind: 'unsafe', message: `${path} can be written by others; close it with: chmod go-w '${path}'` }
    }
  }
  return null
}

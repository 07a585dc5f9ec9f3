import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Replaces `path` as a whole: written beside it, synced, then renamed, so that a reader sees the old or the new text and
 * never a half of it. `mode` holds whatever the umask is. Throws the system's error; the old file is then untouched. Without `sync` a power cut may bring the
 * old text back: enough for what is only a mirror.
 */
export function writeFileAtomically(path: string, text: string, mode = 0o600, sync = true): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  const descriptor = openSync(temporary, 'w', mode)
  try {
    fchmodSync(descriptor, mode)
    writeSync(descriptor, text)
    if (sync) fsyncSync(descriptor)
  } catch (error) {
    closeSync(descriptor)
    rmSync(temporary, { force: true })
    throw error
  }
  closeSync(descriptor)
  renameSync(temporary, path)
}

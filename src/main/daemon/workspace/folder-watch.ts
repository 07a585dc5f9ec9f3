import { type FSWatcher, lstatSync, watch } from 'node:fs'
import { basename } from 'node:path'

/** An editor truncates, writes, renames: files are read once the folder has been quiet this long, milliseconds. */
const settleMs = 100
/** In a folder that is never quiet files are read this long after the first change all the same. */
const longestSettleMs = 1000
/** The net under the watch, which some file systems lack and which ends with the folder. */
const lookMs = 5000

export type FolderWatch = { close(): void }

/**
 * Calls `look` soon after anything changed in the folder, and every few seconds in any case: `look` itself tells what has
 * changed (see `versionOf`). Keeps no program from ending.
 */
export function watchFolder(folder: string, look: () => void): FolderWatch {
  let watcher: FSWatcher | null = null
  let settling: NodeJS.Timeout | null = null
  let firstChange = 0

  const drop = () => {
    watcher?.close()
    watcher = null
  }
  const open = () => {
    try {
      watcher = watch(folder, { persistent: false }, (_, name) => {
        // The folder's own name: it was moved or removed, and this watch follows the old one.
        if (name === basename(folder)) drop()
        changed()
      })
      watcher.on('error', drop)
    } catch {
      // No such folder, or no watches left: looking every few seconds has to do.
      watcher = null
    }
  }
  const settled = () => {
    settling = null
    look()
  }
  const changed = () => {
    const now = performance.now()
    if (settling === null) firstChange = now
    else clearTimeout(settling)
    settling = setTimeout(settled, Math.max(0, Math.min(settleMs, firstChange + longestSettleMs - now)))
    settling.unref()
  }
  const net = setInterval(() => {
    if (watcher === null) open()
    look()
  }, lookMs)
  net.unref()
  open()
  return {
    close() {
      clearInterval(net)
      if (settling !== null) clearTimeout(settling)
      drop()
    },
  }
}

/** Changes with every write and every replacement of a file; empty where there is none. A link is not followed. */
export function versionOf(path: string): string {
  try {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    return stat ? [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ') : ''
  } catch {
    return ''
  }
}

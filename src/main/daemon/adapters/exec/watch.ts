import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { basename } from 'node:path'

type RecordWatch = { close(): void }

/** How soon a folder that is missing or cannot be watched is tried again; each try reports every file, like a sweep. */
const retryMs = 1000

/**
 * One watch of a folder of record files, set up again when the folder is replaced or the watch fails (for example at
 * the limit of inotify watches, when it becomes a poll). After such a gap, and when the kernel names no file, every
 * file is reported.
 */
export function watchRecords(directory: string, onWritten: (fileName: string) => void): RecordWatch {
  const state = new FolderWatch(directory, onWritten)
  state.arm()
  return state
}

class FolderWatch implements RecordWatch {
  private readonly directory: string
  private readonly onWritten: (fileName: string) => void
  private watcher: FSWatcher | undefined
  private retry: NodeJS.Timeout | undefined
  private closed = false

  constructor(directory: string, onWritten: (fileName: string) => void) {
    this.directory = directory
    this.onWritten = onWritten
  }

  arm(): void {
    try {
      this.watcher = watch(this.directory, { persistent: false }, (_event, fileName) => this.changed(fileName))
      this.watcher.on('error', () => this.rearmLater())
    } catch {
      this.rearmLater()
    }
  }

  close(): void {
    this.closed = true
    this.disarm()
  }

  private changed(fileName: string | null): void {
    if (fileName === null) {
      this.reportAll()
    } else if (fileName === basename(this.directory)) {
      // The folder itself was removed or moved away, and this watch follows the old one. Its inode number does not tell:
      // a new folder often gets the same.
      this.disarm()
      this.rearm()
    } else {
      this.onWritten(fileName)
    }
  }

  private rearm(): void {
    if (this.closed) return
    this.arm()
    this.reportAll()
  }

  private rearmLater(): void {
    this.disarm()
    if (this.closed) return
    this.retry = setTimeout(() => this.rearm(), retryMs)
    this.retry.unref()
  }

  private disarm(): void {
    this.watcher?.close()
    this.watcher = undefined
    clearTimeout(this.retry)
    this.retry = undefined
  }

  private reportAll(): void {
    for (const fileName of listFiles(this.directory)) this.onWritten(fileName)
  }
}

function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

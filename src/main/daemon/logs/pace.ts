import { type FSWatcher, statSync, watch } from 'node:fs'

/** A growing file is looked at this often: 0.8 % of a core at 50 MB/s, and lines get a time at most this late. */
const steadyStepMs = 25
/** The same while somebody follows: lines reach a reader before the next frame of a 120 Hz screen. */
const liveStepMs = 8
/** fs.watch hides a queue overflow and sees neither a replaced nor a new file, so a quiet file is looked at anyway. */
const safetyStepMs = 1000
/** The same for a followed file that cannot be watched, mostly because it does not exist yet. */
const unwatchedLiveStepMs = 100

/** stat(2): st_blocks counts these, whatever the block size of the file system. */
const statBlockBytes = 512

/** `off`: only looks that are asked for. `steady`: nobody reads along. `live`: somebody follows. */
export type PaceMode = 'off' | 'steady' | 'live'

/** An absent or unreadable file has the size 0. */
export type FileLook = {
  readonly size: number
  readonly mtimeMs: number
  /** By how many bytes it grew; all of them where it began anew. */
  readonly grownBytes: number
  /** The file was replaced or became shorter since the last look: earlier offsets mean nothing any more. */
  readonly restarted: boolean
}

/**
 * Notices growth of one file at little cost. A quiet file is watched; at the first event the watch is closed and the
 * size is read in steps, because inotify would wake us for every single write; the first step without growth arms the
 * watch again and looks once more, for what came in between.
 */
export class Pace {
  readonly #path: string
  readonly #onChange: (look: FileLook) => void
  #mode: PaceMode = 'off'
  #watcher: FSWatcher | null = null
  #timer: NodeJS.Timeout | null = null
  #size = 0
  #diskBytes = 0
  #device: number | null = null
  #inode: number | null = null

  /** `onChange` is called from a look that found another size or another file. */
  constructor(path: string, onChange: (look: FileLook) => void) {
    this.#path = path
    this.#onChange = onChange
  }

  /** What the file takes on disk (stat(2): blocks of 512 bytes), as it was at the last look. */
  get diskBytes(): number {
    return this.#diskBytes
  }

  /** The file system that the file is on; null while there is none. */
  get device(): number | null {
    return this.#device
  }

  /** Another file with the same content is in the place of the one that was there, and was put there by ourselves. */
  replacedBy(inode: number): void {
    this.#inode = inode
    this.#disarm()
    this.#rest()
  }

  setMode(mode: PaceMode): void {
    if (mode === this.#mode) return
    this.#mode = mode
    this.#disarm()
    if (mode !== 'off') this.#rest()
  }

  /** Looks at the file now. True where something changed. */
  look(): boolean {
    const { size, mtimeMs, inode, device, diskBytes } = statOf(this.#path)
    this.#diskBytes = diskBytes
    this.#device = device
    const replaced = this.#inode !== null && inode !== this.#inode
    const restarted = replaced || size < this.#size
    if (!restarted && size === this.#size) {
      this.#inode = inode
      return false
    }
    const grownBytes = restarted ? size : size - this.#size
    this.#size = size
    this.#inode = inode
    this.#onChange({ size, mtimeMs, grownBytes, restarted })
    return true
  }

  close(): void {
    this.setMode('off')
  }

  #step(): void {
    if (this.look()) this.#run()
    else this.#rest()
  }

  /** The file grows: looks in short steps, without a watch. */
  #run(): void {
    this.#disarm()
    this.#later(this.#mode === 'live' ? liveStepMs : steadyStepMs)
  }

  /** The file is quiet: waits for an event, with the safety look as the net. */
  #rest(): void {
    if (this.#mode === 'off') return
    if (this.#watcher === null) {
      this.#arm()
      if (this.look()) {
        this.#run()
        return
      }
    }
    this.#later(this.#watcher === null && this.#mode === 'live' ? unwatchedLiveStepMs : safetyStepMs)
  }

  #arm(): void {
    try {
      this.#watcher = watch(this.#path, { persistent: false })
    } catch {
      // Absent, or the user's inotify watches are used up: the safety look goes on alone.
      return
    }
    this.#watcher.once('change', () => {
      this.#disarm()
      this.look()
      this.#run()
    })
    this.#watcher.once('error', () => this.#run())
  }

  #later(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#mode === 'off') return
    this.#timer = setTimeout(() => this.#step(), delayMs)
    this.#timer.unref()
  }

  #disarm(): void {
    this.#watcher?.close()
    this.#watcher = null
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}

type Found = {
  readonly size: number
  readonly mtimeMs: number
  readonly inode: number | null
  readonly device: number | null
  readonly diskBytes: number
}

function statOf(path: string): Found {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found !== undefined) {
      const { size, mtimeMs, ino, dev, blocks } = found
      return { size, mtimeMs, inode: ino, device: dev, diskBytes: blocks * statBlockBytes }
    }
  } catch {
    // Without permission it is as good as absent; readers report the reason when they open it.
  }
  return { size: 0, mtimeMs: 0, inode: null, device: null, diskBytes: 0 }
}

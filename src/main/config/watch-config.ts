import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Failure } from '../../shared/domain/result.ts'
import { readConfig } from './read-config.ts'
import { type Config, defaultConfig } from './schema.ts'

/** The settings that hold, and what is wrong with the file: then they are the last good ones, at first the defaults. */
export type ConfigState = { readonly config: Config; readonly problem: Failure | null }

export type ConfigWatch = {
  current(): ConfigState
  /** Reads the file now instead of when the change is noticed: for whoever has just written it. */
  refresh(): ConfigState
  close(): void
}

/** An editor truncates, writes, renames: the file is read once it has stayed the same this long. */
const settleMs = 100
/**
 * The net under the folder's watch, which sees neither a folder that is made later nor what a link points to, and which
 * some network file systems lack. One stat costs microseconds.
 */
const lookMs = 2000

/**
 * Reads the file at `path` now (see `current`) and again whenever it changes; `onChange` gets what holds from then on, and
 * is not called when nothing of that has changed. A file that is missing, or goes away, means the defaults.
 */
export function watchConfig(path: string, onChange: (state: ConfigState) => void): ConfigWatch {
  const watcher = new FileWatch(path, onChange)
  watcher.start()
  return watcher
}

class FileWatch implements ConfigWatch {
  private readonly path: string
  private readonly onChange: (state: ConfigState) => void
  private state: ConfigState = { config: defaultConfig, problem: null }
  private seen: string | null = null
  private folder: FSWatcher | null = null
  private settling: NodeJS.Timeout | undefined
  private looking: NodeJS.Timeout | undefined

  constructor(path: string, onChange: (state: ConfigState) => void) {
    this.path = path
    this.onChange = onChange
  }

  start(): void {
    this.seen = versionOf(this.path)
    this.state = this.read()
    this.watchFolder()
    this.looking = setInterval(() => this.look(), lookMs)
    this.looking.unref()
  }

  current(): ConfigState {
    return this.state
  }

  refresh(): ConfigState {
    clearTimeout(this.settling)
    this.settling = undefined
    this.reread(versionOf(this.path))
    return this.state
  }

  close(): void {
    clearInterval(this.looking)
    clearTimeout(this.settling)
    this.folder?.close()
  }

  private watchFolder(): void {
    try {
      const folder = watch(dirname(this.path), { persistent: false }, (_event, name) => this.noticed(name))
      folder.on('error', () => this.dropFolder())
      this.folder = folder
    } catch {
      // No such folder yet, or no watches left: the look every two seconds does until it can be watched.
      this.folder = null
    }
  }

  private dropFolder(): void {
    this.folder?.close()
    this.folder = null
  }

  private noticed(name: string | null): void {
    // The folder's own name: it was moved or removed, and this watch follows the old one.
    const isFolder = name === basename(dirname(this.path))
    if (isFolder) this.dropFolder()
    if (isFolder || name === null || name === basename(this.path)) this.look()
  }

  private look(): void {
    if (this.folder === null) this.watchFolder()
    if (versionOf(this.path) === this.seen || this.settling !== undefined) return
    this.settle(versionOf(this.path))
  }

  private settle(version: string): void {
    this.settling = setTimeout(() => {
      this.settling = undefined
      const now = versionOf(this.path)
      if (now !== version) this.settle(now)
      else if (now !== this.seen) this.reread(now)
    }, settleMs)
    this.settling.unref()
  }

  private reread(version: string): void {
    this.seen = version
    const before = this.state
    this.state = this.read()
    if (JSON.stringify(this.state) !== JSON.stringify(before)) this.onChange(this.state)
  }

  private read(): ConfigState {
    const result = readConfig(this.path)
    return result.ok ? { config: result.value, problem: null } : { config: this.state.config, problem: result }
  }
}

/** Changes with every write and every replacement; empty where there is no file. */
function versionOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return [ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    return ''
  }
}

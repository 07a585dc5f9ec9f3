import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'

/**
 * Runs one command after the other for a daemon that is larger: a process costs it 3 ms of a processor for each start,
 * because its memory is prepared for copying, and this one a fifth of a millisecond. A file is named by the daemon's own
 * descriptor, so it is the one that was checked, whatever its name is or is renamed to.
 */
const helperScript = `while read -r descriptor offset length; do
  "$1" -n -p -o "$offset" -l "$length" "/proc/$2/fd/$descriptor" </dev/null >/dev/null 2>&1
  echo "$?"
done`

/** So far behind the end that no writer gets there meanwhile, within what every file system with large files allows. */
const beyondEndBytes = 2 ** 40
const probeBytes = 4096
/** Long enough for a slow disk with a full journal. */
const answerLimitMs = 30_000
/** Kept between the steps of a flood, and not while nothing is dropped. */
const idleMs = 30_000

type Helper = ChildProcessByStdio<Writable, Readable, null>

/** Frees blocks at places in files, where the file system and the installed `fallocate` (util-linux) can. */
export class HolePuncher {
  readonly #command: string
  readonly #able = new Map<number, Promise<boolean>>()
  readonly #unable = new Set<number>()
  #helper: Helper | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | undefined

  /** `command`: another program in the place of `fallocate`. */
  constructor(command = 'fallocate') {
    this.#command = command
  }

  /**
   * Whether blocks can be freed on the file system of a file that is open for writing; tried once for each, behind the
   * end of the file, where nothing changes.
   */
  canFree(handle: FileHandle, device: number): Promise<boolean> {
    const known = this.#able.get(device)
    if (known !== undefined) return known
    const tried = handle.stat().then(({ size }) => this.#run(handle.fd, size + beyondEndBytes, probeBytes))
    const able = tried.then((isAble) => {
      if (!isAble) this.#unable.add(device)
      return isAble
    })
    this.#able.set(device, able)
    return able
  }

  /** True where `canFree` found out that it does not work there. */
  isUnable(device: number): boolean {
    return this.#unable.has(device)
  }

  /** Frees the first `end` bytes of a file that is open for writing; they read as NULs then. False where it failed. */
  async freeStart(handle: FileHandle, end: number): Promise<boolean> {
    return this.#run(handle.fd, 0, end)
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#helper?.stdin.end()
    this.#helper = null
  }

  #run(descriptor: number, offset: number, length: number): Promise<boolean> {
    const turn = this.#queue.then(async () => {
      const answer = await this.#ask(`${descriptor} ${offset} ${length}\n`)
      this.#idle = setTimeout(() => this.close(), idleMs)
      this.#idle.unref()
      return answer === '0'
    })
    this.#queue = turn
    return turn
  }

  /** The exit status that the helper prints; empty where it ended or took too long. */
  #ask(line: string): Promise<string> {
    clearTimeout(this.#idle)
    this.#helper ??= this.#startHelper()
    const helper = this.#helper
    return new Promise((resolve) => {
      const finish = (answer: string) => {
        clearTimeout(timer)
        helper.stdout.removeAllListeners('data')
        helper.removeListener('close', onClose)
        if (answer === '') this.#forget(helper)
        resolve(answer)
      }
      const onClose = () => finish('')
      const timer = setTimeout(() => finish(''), answerLimitMs)
      timer.unref()
      helper.stdout.once('data', (bytes: Buffer) => finish(bytes.toString().trim()))
      helper.once('close', onClose)
      helper.stdin.write(line)
    })
  }

  #startHelper(): Helper {
    const helper = spawn('/bin/sh', ['-c', helperScript, 'sh', this.#command, String(process.pid)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    })
    // What cannot be started or was killed closes; whoever asks finds out by that.
    helper.on('error', () => undefined)
    helper.stdin.on('error', () => undefined)
    helper.unref()
    return helper
  }

  #forget(helper: Helper): void {
    if (this.#helper === helper) this.#helper = null
    helper.stdin.destroy()
    helper.stdout.destroy()
    if (helper.exitCode === null && helper.signalCode === null) helper.kill('SIGKILL')
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { daemonNodeOptions } from '../../src/main/carrier/daemon-process.ts'
import { connectUnixSocket } from '../../src/main/carrier/unix-socket.ts'
import { type Client, createClient } from '../../src/shared/client/client.ts'
import { decodeLogPart } from '../../src/shared/contract/log-part.ts'
import { ourNode } from '../helpers/daemon-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const readers = 50
/** The issue names this much memory of the daemon for each reader. */
const bytesPerReader = 0.5 * 1024 * 1024
const chunkLines = 4000
const chunks = 80

test('of 50 followers one stands still: the others get every line, and the daemon holds little', {
  timeout: 180_000,
}, async () => {
  await using folder = await temporaryFolder()
  const log = path.join(folder.path, 'a.out')
  appendFileSync(log, '')
  await using server = await LogServer.start(folder.path)
  const flood = async () => {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const first = chunk * chunkLines
      const lines = Array.from({ length: chunkLines }, (_, at) => `${first + at} ${'x'.repeat(at % 60)}\n`)
      appendFileSync(log, lines.join(''))
      await pause(10)
    }
  }

  // What a first follower costs (code, heap) is not the price of the others.
  const warm = new Follower(server.socket)
  await flood()
  await until(() => warm.place === statSync(log).size, { what: 'the first follower', timeoutMs: 60_000 })
  warm.close()
  const before = server.memory

  const gate = Promise.withResolvers<void>()
  const stopped = new Follower(server.socket, gate.promise)
  const others = Array.from({ length: readers - 1 }, () => new Follower(server.socket))
  const all = [stopped, ...others]
  let most = 0
  const sample = setInterval(() => {
    most = Math.max(most, server.memory)
  }, 20)
  try {
    await flood()
    const size = statSync(log).size
    await until(() => others.every(({ place }) => place === size), { what: 'all lines', timeoutMs: 120_000 })
    expect(stopped.place).toBeLessThan(size)
    const grown = (most - before) / readers
    process.stdout.write(
      `The daemon grew by ${(grown / 1024).toFixed(0)} KiB per reader over ${(before / 1_048_576).toFixed(0)} MiB.\n`,
    )
    expect(grown).toBeLessThan(bytesPerReader)
    gate.resolve()
    await until(() => stopped.place === size, { what: 'the one that stood still', timeoutMs: 60_000 })
    const sum = crc32(readFileSync(log))
    expect(all.filter((follower) => follower.sum !== sum || follower.holes > 0)).toEqual([])
  } finally {
    clearInterval(sample)
    gate.resolve()
    for (const follower of all) follower.close()
  }
})

/** Follows the log over a connection of its own, from its start, and checks that nothing is missing or doubled. */
class Follower {
  place = 0
  sum = 0
  holes = 0
  readonly #client: Client
  readonly #stop = new AbortController()

  constructor(socket: string, gate: Promise<void> = Promise.resolve()) {
    this.#client = createClient({ connect: () => connectUnixSocket(socket) })
    const input = {
      target: { id: 'a' },
      streams: 'out',
      from: { out: 0, err: 0 },
      lines: null,
      follow: true,
    } as const
    void this.#client.bytes('logs.tail', input, {
      signal: this.#stop.signal,
      advance: (same) => ({ ...same, from: { out: this.place, err: 0 } }),
      onPart: async (part) => {
        await gate
        this.#take(part)
      },
    })
  }

  close(): void {
    this.#stop.abort()
    this.#client.close()
  }

  #take(part: Uint8Array): void {
    for (const segment of decodeLogPart(part)) {
      if (segment.kind === 'gap' || segment.offset !== this.place) this.holes += 1
      if (segment.kind === 'gap') continue
      this.sum = crc32(segment.bytes, this.sum)
      this.place += segment.bytes.length
    }
  }
}

/** The logs of the daemon as a program of its own. */
class LogServer implements AsyncDisposable {
  readonly socket: string
  readonly #program: ChildProcess

  private constructor(socket: string, program: ChildProcess) {
    this.socket = socket
    this.#program = program
  }

  static async start(folder: string): Promise<LogServer> {
    const socket = path.join(folder, 'daemon.sock')
    const entry = path.join(import.meta.dirname, '..', 'fixtures', 'log-server.ts')
    const program = spawn(ourNode(), [...daemonNodeOptions, entry, socket, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const server = new LogServer(socket, program)
    await Promise.race([once(program.stdout, 'data'), once(program, 'exit')])
    return server
  }

  /** Resident bytes (proc_pid_status(5)). */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#program.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#program.exitCode !== null || this.#program.signalCode !== null) return
    this.#program.kill('SIGKILL')
    await once(this.#program, 'exit')
  }
}

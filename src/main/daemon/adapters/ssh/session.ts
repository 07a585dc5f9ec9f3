import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

export type SessionEnd = {
  /** Null where a signal ended it or it could not be started. */
  readonly code: number | null
  /** The program is not there. */
  readonly isMissing: boolean
}

/** A child of ours with pipes: an ssh, or in tests a shell of this machine. */
export type Session = {
  readonly pid: number | undefined
  readonly stdin: Writable
  readonly stdout: Readable
  /** The last of what it wrote to stderr. */
  errors(): string
  readonly ended: Promise<SessionEnd>
  kill(): void
}

/** Enough for every message of ssh; programs there may write without end. */
const keptErrorBytes = 8192

/** Its last words are read as soon as it ends; a grandchild may hold the pipe open for ever. */
const lastWordsMs = 100

/** Starts a program in a session of its own, so that it has no terminal to ask a password on. */
export function spawnSession(argv: readonly string[], env: NodeJS.ProcessEnv): Session {
  const [program = '', ...rest] = argv
  const child = spawn(program, rest, { env, stdio: 'pipe', detached: true })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-keptErrorBytes)
  })
  child.once('error', (error) => {
    errors += error.message
  })
  // What cannot be written is noticed by the end of the program.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
  return {
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    errors: () => errors,
    ended: endOf(child),
    kill: () => child.kill('SIGKILL'),
  }
}

function endOf(child: ChildProcess): Promise<SessionEnd> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: null, isMissing: error.code === 'ENOENT' || error.code === 'EACCES' }),
    )
    child.once('close', (code) => resolve({ code, isMissing: false }))
    child.once('exit', (code) => setTimeout(() => resolve({ code, isMissing: false }), lastWordsMs))
  })
}

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** Everything the command line does ends well within this time, also on a loaded machine. */
const RUN_TIMEOUT_MS = 40_000

const root = path.resolve(import.meta.dirname, '..', '..')
/** The built command line: `npm run build`. */
export const builtCli = path.join(root, 'out', 'main', 'cli.js')

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Else the workspace. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A command line that runs until it is ended. */
export interface LiveCli {
  readonly pid: number
  /** What has come so far. */
  readonly output: () => string
  readonly errors: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<CliRun>
}

/** A home of its own with a daemon that is started by whoever needs it. */
export interface TestHome extends AsyncDisposable {
  /** Holds all the rest. */
  readonly folder: string
  readonly home: string
  /** An empty folder, and the current one of what runs. */
  readonly workspace: string
  readonly env: Readonly<Record<string, string>>
  /** Runs `procession` with these arguments to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<CliRun>
  /** The same, expected to succeed: its standard output. */
  ok(args: readonly string[], options?: RunOptions): Promise<string>
  /** The same with --json, parsed. */
  json<Value>(args: readonly string[], options?: RunOptions): Promise<Value>
  /** Starts `procession` and leaves it running; ended at the latest with the home. */
  start(args: readonly string[], options?: RunOptions): LiveCli
  /** Pid of the running daemon; null where none runs. */
  daemonPid(): Promise<number | null>
}

/**
 * Makes a home and a workspace in a temporary folder. `await using` stops its daemon with all its processes, checks
 * that it is gone and removes the folder.
 */
export async function testHome(): Promise<TestHome> {
  if (!existsSync(builtCli)) throw new Error(`${builtCli} is missing: run npm run build`)
  const temporary = await temporaryFolder()
  const home = path.join(temporary.path, 'home')
  const workspace = path.join(temporary.path, 'workspace')
  mkdirSync(workspace)
  const env = environmentOf(temporary.path, home)
  const live: LiveCli[] = []

  const start = (args: readonly string[], options: RunOptions = {}): LiveCli => {
    const cli = startCli(args, { cwd: options.cwd ?? workspace, env: { ...env, ...options.env } })
    live.push(cli)
    return cli
  }
  const run = async (args: readonly string[], options: RunOptions = {}): Promise<CliRun> => {
    const cli = start(args, options)
    const timer = setTimeout(() => cli.kill('SIGKILL'), RUN_TIMEOUT_MS)
    const ended = await cli.ended
    clearTimeout(timer)
    return ended
  }
  const ok = async (args: readonly string[], options: RunOptions = {}): Promise<string> => {
    const { code, stdout, stderr } = await run(args, options)
    if (code !== 0) throw new Error(`procession ${args.join(' ')} exited with ${code}: ${stderr || stdout}`)
    return stdout
  }
  const daemonPid = async () => {
    const { code, stdout } = await run(['daemon', 'status', '--json'])
    return code === 0 ? pidIn(stdout) : null
  }

  return {
    folder: temporary.path,
    home,
    workspace,
    env,
    run,
    ok,
    json: async <Value>(args: readonly string[], options: RunOptions = {}) =>
      JSON.parse(await ok(['--json', ...args], options)) as Value,
    start,
    daemonPid,
    [Symbol.asyncDispose]: async () => {
      for (const cli of live) cli.kill('SIGKILL')
      await Promise.all(live.map((cli) => cli.ended))
      // A daemon that was killed, or was just being started, may have left processes: only a daemon can end them.
      if (existsSync(path.join(home, 'procession.db')) && (await daemonPid()) === null) await run(['daemon', 'start'])
      await endDaemon(run, await daemonPid())
      await temporary[Symbol.asyncDispose]()
    },
  }
}

/** Of the caller's environment only what programs need to run: tests must not find a daemon or a mark of ours. */
function environmentOf(folder: string, home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', PROCESSION_HOME: home }
}

function startCli(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): LiveCli {
  const child = spawn(process.execPath, [builtCli, ...args], {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return liveChild(child)
}

/** Collects what a child writes. */
export function liveChild(child: ChildProcessByStdio<null, Readable, Readable>): LiveCli {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<CliRun>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return {
    pid: child.pid ?? 0,
    output: () => stdout,
    errors: () => stderr,
    kill: (signal) => {
      child.kill(signal)
    },
    ended,
  }
}

async function endDaemon(run: TestHome['run'], pid: number | null): Promise<void> {
  if (pid === null) return
  const { code, stderr } = await run(['daemon', 'stop', '--processes'])
  try {
    await until(() => !isAlive(pid), { what: `the end of the daemon, pid ${pid}` })
  } catch (error) {
    process.kill(pid, 'SIGKILL')
    throw error
  }
  if (code !== 0) throw new Error(`daemon stop --processes exited with ${code}: ${stderr}`)
}

/** Whether a process runs. One that ended but was not yet collected by its parent does not (proc_pid_stat(5), state Z). */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

function pidIn(json: string): number {
  const value: unknown = JSON.parse(json)
  if (typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number') return value.pid
  throw new Error(`No pid in ${json}`)
}

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createClient } from '../../shared/client/client.ts'
import { pause } from '../../shared/client/pause.ts'
import { type Failure, failure, type Result, success } from '../../shared/domain/result.ts'
import { logLength, logLinesSince } from './daemon-log.ts'
import type { Places } from './places.ts'
import { checkSocketFolder, prepareHome, prepareSocketFolder } from './private-folder.ts'
import { variablesOfProcesses } from './process-variables.ts'
import { connectUnixSocket } from './unix-socket.ts'

/** How to reach the daemon of one home, and how to start it. */
export type DaemonLaunch = {
  readonly places: Places
  /** Absolute path of a Node 24 binary, see `findNode`. */
  readonly node: string
  /** Absolute path of the built daemon (out/main/daemon.js). */
  readonly entry: string
  readonly environment: Readonly<NodeJS.ProcessEnv>
}

export type RunningDaemon = {
  readonly pid: number
  /** False when it ran already, or somebody else started it at the same moment. */
  readonly started: boolean
}

/** Opening databases and looking at thousands of processes take a second or two on a slow disk; this is generous. */
const startTimeoutMs = 10_000
/** A daemon is there after about 200 ms; looking costs one refused connection. */
const pollMs = 20

/**
 * The daemon that answers on the socket, or null where none listens. Fails with `version` for one that speaks another
 * protocol, `unreachable` for one that listens but does not answer, `not_permitted` for a socket that is not ours.
 */
export async function findDaemon(
  places: Places,
  timeoutMs = startTimeoutMs,
): Promise<Result<{ readonly pid: number } | null>> {
  const trusted = checkSocketFolder(places)
  if (!trusted.ok) return trusted
  const client = createClient({ connect: () => connectUnixSocket(places.socket), once: true })
  const timer = setTimeout(() => client.close(), timeoutMs)
  try {
    const up = await client.up
    if (!up.ok) return whatFailed(up, places)
    const status = await client.call('daemon.status', {})
    return status.ok ? success({ pid: status.value.pid }) : whatFailed(status, places)
  } finally {
    clearTimeout(timer)
    client.close()
  }
}

function whatFailed(failed: Failure, places: Places): Result<null> {
  // Nobody listens, or the daemon that listened ends at this very moment.
  if (failed.code === 'unreachable' || failed.code === 'disconnected') return success(null)
  return failed.code === 'cancelled' ? silent(places) : failed
}

const silent = (places: Places) =>
  failure(
    'unreachable',
    `A daemon listens on ${places.socket} but does not answer.`,
    `Look into ${places.log}, or end it: procession daemon stop`,
  )

/**
 * Connects to the daemon of this home, starting it if none runs. It is detached, in a session of its own, and outlives
 * the caller. Of callers at the same moment each gets the same daemon: the daemon's own lock decides, and the one that
 * lost ends with exit code 0.
 */
export async function ensureDaemon(launch: DaemonLaunch): Promise<Result<RunningDaemon>> {
  const found = await findDaemon(launch.places)
  if (!found.ok) return found
  return found.value ? success({ pid: found.value.pid, started: false }) : startDaemon(launch)
}

async function startDaemon(launch: DaemonLaunch): Promise<Result<RunningDaemon>> {
  const { places } = launch
  for (const prepare of [prepareHome, prepareSocketFolder]) {
    const prepared = prepare(places)
    if (!prepared.ok) return prepared
  }
  const logStart = logLength(places.log)
  const child = spawnDaemon(launch)
  if (!child.ok) return child
  return waitForDaemon(places, watchChild(child.value), logStart)
}

/** The environment of the daemon: that of its starter without the marks of a supervised process. */
export function daemonEnvironment(environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !variablesOfProcesses.includes(name)))
}

/**
 * What was allocated a moment ago gets at most so many MiB: with the 16 of Node a busy daemon keeps 20 MiB more for
 * ever, which are worth nothing to it.
 */
export const daemonNodeOptions = ['--max-semi-space-size=4']

function spawnDaemon({ places, node, entry, environment }: DaemonLaunch): Result<ChildProcess> {
  let log: number
  try {
    log = openSync(places.log, 'a', 0o600)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failure('not_permitted', `Could not write the log of the daemon. ${why}.`, 'Choose a home with --home DIR')
  }
  try {
    const home = places.chosenHome === null ? [] : ['--home', places.chosenHome]
    const child = spawn(node, [...daemonNodeOptions, entry, ...home], {
      // Its own session: neither Ctrl-C nor the end of the terminal reaches it. Its folder must not keep a disk busy.
      detached: true,
      cwd: '/',
      stdio: ['ignore', 'ignore', log],
      env: daemonEnvironment(environment),
    })
    child.unref()
    return success(child)
  } finally {
    closeSync(log)
  }
}

/** What has become of the child so far; null while it lives. */
type ChildEnd = { readonly kind: 'exited'; readonly how: string; readonly lostTheRace: boolean } | null

function watchChild(child: ChildProcess): { readonly pid: number | undefined; readonly end: () => ChildEnd } {
  let end: ChildEnd = null
  child.on('error', (error) => {
    end = { kind: 'exited', how: `could not be started: ${error.message}`, lostTheRace: false }
  })
  child.on('exit', (code, signal) => {
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
    end = { kind: 'exited', how, lostTheRace: code === 0 }
  })
  return { pid: child.pid, end: () => end }
}

async function waitForDaemon(
  places: Places,
  child: ReturnType<typeof watchChild>,
  logStart: number,
): Promise<Result<RunningDaemon>> {
  const deadline = Date.now() + startTimeoutMs
  const never = new AbortController().signal
  for (;;) {
    // Asked before looking, so that a daemon which was there at the end of ours is still found.
    const end = child.end()
    const found = await findDaemon(places, Math.max(pollMs, deadline - Date.now()))
    if (!found.ok) return found
    // Of two that were started at once ours may be the one that has not yet seen that it lost: left alone, it would
    // become the daemon when the other is stopped.
    const isSettled = found.value?.pid === child.pid || end !== null || Date.now() >= deadline
    if (found.value && isSettled) return success({ pid: found.value.pid, started: found.value.pid === child.pid })
    if (end && !end.lostTheRace) return notStarted(`The daemon ${end.how}.`, places, logStart)
    if (!found.value && Date.now() >= deadline) {
      const seconds = startTimeoutMs / 1000
      const what = end
        ? `Another daemon holds ${places.home}, but none answers on ${places.socket}.`
        : `The daemon did not answer within ${seconds} s.`
      return notStarted(what, places, logStart)
    }
    await pause(pollMs, never)
  }
}

function notStarted(what: string, places: Places, logStart: number): Failure {
  const lines = logLinesSince(places.log, logStart)
  return failure('unreachable', [what, ...lines].join('\n'), `Remove the cause and try again. Whole log: ${places.log}`)
}

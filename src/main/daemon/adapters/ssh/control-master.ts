import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { masterCommand, type SshTarget } from './command-line.ts'
import { endLeftover, isMasterWell } from './control-folder.ts'
import { sshEnvironment } from './run-program.ts'
import { spawnSession } from './session.ts'

/** The process that holds the connection of a host. */
export type ControlMaster = {
  /** What it wrote to stderr before it ended. Resolves when the connection is gone, for whatever reason. */
  readonly ended: Promise<string>
  /** Closes the connection. */
  stop(): Promise<void>
  /** Whether its process is there and answers (`ssh -O check`). */
  isWell(): Promise<boolean>
}

export type MasterStart =
  | { readonly kind: 'up'; readonly master: ControlMaster }
  | { readonly kind: 'ended'; readonly errors: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'silent' }

/** ssh gives each host on the way 10 s to answer; a log-in through several takes a while. */
const connectLimitMs = 30_000

/** Between two looks for the socket, which says that the log-in is done. */
const lookMs = 10

/** What sh says, and ssh never, when there is no such program. */
const notFound = 127

/**
 * Ends ssh as soon as its own stdin ends: when we close it, and by the kernel's doing when this daemon is killed. ssh
 * with -N never reads its stdin itself. A watcher that is still there after the pause proves that ssh is too.
 */
const leash = `exec 3<&0 </dev/null
"$@" 3<&- &
ssh=$!
(while read -r ignored; do :; done; kill "$ssh"; sleep 2; kill -9 "$ssh") <&3 3<&- >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$ssh"
status=$?
kill -9 "$watcher"
exit "$status"
`

/** Connects, and waits until sessions can be had. `controlPath` is for this connection alone. `signal` gives it up. */
export async function startMaster(target: SshTarget, controlPath: string, signal: AbortSignal): Promise<MasterStart> {
  // ssh would take a socket that a killed one left for a connection, and from then on connect anew for each action.
  if (existsSync(controlPath)) await endLeftover(controlPath)
  const session = spawnSession(['/bin/sh', '-c', leash, 'ssh', ...masterCommand(target, controlPath)], sshEnvironment())
  let end: { readonly code: number | null } | null = null
  const ended = session.ended.then(async ({ code }) => {
    end = { code }
    // If only the leash was killed, this ends ssh.
    session.stdin.destroy()
    // One that cannot be removed is in nobody's way: each connection has a path of its own.
    await rm(controlPath, { force: true }).catch(() => {})
    return session.errors()
  })
  const stop = async () => {
    session.stdin.end()
    await ended
  }
  for (const deadline = Date.now() + connectLimitMs; !existsSync(controlPath); ) {
    if (end !== null) return explainEnd(await session.ended, session.errors())
    if (Date.now() >= deadline || signal.aborted) {
      await stop()
      return { kind: 'silent' }
    }
    await pause(lookMs)
  }
  return { kind: 'up', master: { ended, stop, isWell: () => isMasterWell(controlPath) } }
}

const explainEnd = ({ code }: { readonly code: number | null }, errors: string): MasterStart =>
  code === notFound ? { kind: 'missing' } : { kind: 'ended', errors }

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { HostKey } from '../../../../shared/domain/host.ts'
import { assertNever, type Failure } from '../../../../shared/domain/result.ts'
import { type SshTarget, sessionCommand } from './command-line.ts'
import { type ControlMaster, startMaster } from './control-master.ts'
import { explainSsh, printable, type SshTrouble, tryByHand } from './explain-ssh.ts'
import { readHostKey } from './known-hosts.ts'
import type { LaneOpening } from './lane.ts'
import { noSsh } from './resolve.ts'
import { sshEnvironment } from './run-program.ts'
import { spawnSession } from './session.ts'
import { Sessions, type SessionsOptions } from './sessions.ts'

export type ConnectTrouble = SshTrouble & { readonly key: HostKey | null }

export type Connecting =
  | { readonly kind: 'up'; readonly master: ControlMaster; readonly sessions: Sessions; readonly latencyMs: number }
  | { readonly kind: 'down'; readonly trouble: ConnectTrouble }

export type ConnectOptions = Pick<SessionsOptions, 'maxParallel' | 'onLatency'> & {
  readonly target: SshTarget
  readonly controlFolder: string
  /** Gives the try up. */
  readonly signal: AbortSignal
  /** See `SessionsOptions`. */
  readonly onBroken: (master: ControlMaster, why: Failure) => void
}

/** One try: logs in, and opens the channel. A try that fails leaves nothing behind. */
export async function connect(options: ConnectOptions): Promise<Connecting> {
  const { target, controlFolder, signal } = options
  const controlPath = join(controlFolder, randomBytes(4).toString('hex'))
  const start = await startMaster(target, controlPath, signal)
  switch (start.kind) {
    case 'up':
      return openSessions(options, start.master, controlPath)
    case 'ended':
      return { kind: 'down', trouble: await withKey(options, explainSsh(target.name, start.errors)) }
    case 'silent':
      return down({
        kind: 'network',
        message: `${target.name} did not let us log in in time.`,
        hint: `See how long \`ssh ${target.name}\` takes in a terminal, and what it asks for.`,
      })
    case 'missing':
      return down({ kind: 'refused', because: 'unusable', message: noSsh.message, hint: noSsh.hint })
    default:
      return assertNever(start)
  }
}

const down = (trouble: SshTrouble): Connecting => ({ kind: 'down', trouble: { ...trouble, key: null } })

/** A person must see an unknown key before they can trust it. */
async function withKey({ target, signal }: ConnectOptions, trouble: SshTrouble): Promise<ConnectTrouble> {
  if (trouble.kind !== 'refused' || trouble.because !== 'unknown-key') return { ...trouble, key: null }
  const shown = await readHostKey(target, signal)
  if (!shown.ok) return { ...trouble, key: null }
  const { key } = shown.value
  return { ...trouble, message: `${trouble.message} Its fingerprint is ${key.fingerprint}.`, key }
}

async function openSessions(options: ConnectOptions, master: ControlMaster, controlPath: string): Promise<Connecting> {
  const { target, signal } = options
  const command = sessionCommand(target, controlPath)
  const sessions = new Sessions({
    ...options,
    name: target.name,
    spawn: () => spawnSession(command, sshEnvironment()),
    onBroken: (why) => options.onBroken(master, why),
  })
  signal.addEventListener('abort', () => void master.stop(), { once: true })
  const opening = await sessions.open()
  if (opening.kind === 'open') return { kind: 'up', master, sessions, latencyMs: opening.latencyMs }
  const isWell = await master.isWell()
  sessions.close(noSsh)
  await master.stop()
  const trouble = isWell ? explainOpening(target.name, opening) : explainSsh(target.name, await master.ended)
  return down(trouble)
}

type NotOpen = Exclude<LaneOpening, { kind: 'open' }>

/** The log-in was fine, but there is no shell to work with. */
function explainOpening(name: string, opening: NotOpen): SshTrouble {
  switch (opening.kind) {
    case 'ended':
      return explainEnd(name, opening)
    case 'unusable':
      return unusable(
        `${name} is ${opening.system === '' ? 'no Linux' : opening.system}, or has no /proc.`,
        'Processes can be supervised on Linux only.',
      )
    case 'silent':
    case 'full':
      return {
        kind: 'network',
        message: `${name} lets us log in, but its shell does not answer.`,
        hint: 'It may be overloaded, or its home folders may hang: see how long a log-in takes in a terminal.',
      }
    default:
      return assertNever(opening)
  }
}

/** The status of ssh where it was not the log-in there that ended by itself. */
const sshFailed = 255

function explainEnd(name: string, { code, errors, words }: Extract<NotOpen, { kind: 'ended' }>): SshTrouble {
  const said = printable(`${words}\n${errors}`).trim().split('\n').at(-1)
  const hasNoRoom = explainSsh(name, errors).kind === 'no-more-sessions'
  if (!hasNoRoom && (code === null || code === sshFailed)) {
    return {
      kind: 'network',
      message: `${name} lets us log in, but its shell ended at once: ${said}`,
      hint: `It may have no memory or processes left. ${tryByHand(name)}`,
    }
  }
  return unusable(
    `${name} lets us log in, but gives us no shell: ${hasNoRoom ? 'it allows no session at all (MaxSessions)' : said}`,
    'The log-in there must be able to run `exec /bin/sh`; a forced command or /usr/sbin/nologin cannot.',
  )
}

const unusable = (message: string, hint: string): SshTrouble => ({
  kind: 'refused',
  because: 'unusable',
  message,
  hint,
})

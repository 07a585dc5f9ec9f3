import type { Channel } from '../../shared/client/channel.ts'
import { type Client, createClient } from '../../shared/client/client.ts'
import type { ClientState } from '../../shared/client/state.ts'
import type { DaemonLinkState } from '../../shared/commands/commands.ts'
import type { InputOf, MethodOf, OutputOf } from '../../shared/contract/contract.ts'
import { assertNever, type Failure, failure, type Result } from '../../shared/domain/result.ts'
import { type DaemonLaunch, ensureDaemon } from '../carrier/daemon-process.ts'
import type { Places } from '../carrier/places.ts'
import { checkSocketFolder } from '../carrier/private-folder.ts'
import { connectUnixSocket } from '../carrier/unix-socket.ts'
import { createStartBudget, maxRestarts } from './start-budget.ts'
import { applyPart, noRows, type SupervisedRows } from './supervised-rows.ts'

export type DaemonLinkOptions = {
  readonly places: Places
  /** How to start the daemon, looked up at each start: what was missing may have been installed meanwhile. */
  readonly launch: () => Result<DaemonLaunch>
  /** Called after each change of `state` or `rows`. */
  readonly onChange: () => void
}

/**
 * The desktop's own connection to its daemon. It starts the daemon, starts it again when it ends (however it ended: an
 * open desktop needs one), and gives up after too many restarts; a daemon that somebody else starts is found even then.
 */
export type DaemonLink = {
  readonly state: DaemonLinkState
  readonly rows: SupervisedRows
  call<M extends MethodOf<'call'>>(method: M, input: InputOf<M>): Promise<Result<OutputOf<M>>>
  /** After giving up: forget the failures and try again. */
  retry(): void
  /** While this is true, a daemon that ends is not started again. */
  holdStarts(held: boolean): void
  close(): void
}

export function createDaemonLink({ places, launch, onChange }: DaemonLinkOptions): DaemonLink {
  const budget = createStartBudget(() => performance.now())
  let state: DaemonLinkState = { kind: 'connecting' }
  let rows = noRows
  let held = false
  let lastFailure: Failure | null = null
  let reading: { readonly client: Client; readonly stop: AbortController } | null = null

  const change = (next: DaemonLinkState) => {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    onChange()
  }

  const start = async (): Promise<Result<unknown>> => {
    if (held) return failure('unreachable', 'The daemon was ended.')
    const launched = launch()
    if (!launched.ok) {
      change({ kind: 'gave-up', message: launched.message, hint: launched.hint })
      return launched
    }
    const attempt = budget.take()
    if (attempt === null) {
      change(gaveUp(lastFailure))
      return failure('unreachable', 'The daemon was started too often.')
    }
    if (attempt > 0) change({ kind: 'restarting', attempt })
    const started = await ensureDaemon(launched.value)
    lastFailure = started.ok ? null : started
    return started
  }
  const connect = async (): Promise<Result<Channel>> => {
    const trusted = checkSocketFolder(places)
    if (!trusted.ok) return trusted
    const there = await connectUnixSocket(places.socket)
    if (there.ok) {
      budget.foundRunning()
      return there
    }
    const started = await start()
    return started.ok ? connectUnixSocket(places.socket) : started
  }
  const onState = (client: ClientState) => {
    switch (client.kind) {
      case 'connected':
        return change({ kind: 'connected' })
      case 'refused':
        return change({ kind: 'gave-up', message: client.message, hint: client.hint })
      case 'connecting':
      case 'disconnected':
        // Between two attempts nothing is new.
        return state.kind === 'connected' ? change({ kind: 'connecting' }) : undefined
      default:
        return assertNever(client)
    }
  }
  const open = () => {
    const stop = new AbortController()
    const client = createClient({ connect, onState })
    reading = { client, stop }
    void client.watch(
      'rows.watch',
      {},
      {
        signal: stop.signal,
        onPart: (part) => {
          const next = applyPart(rows, part)
          if (next === rows) return
          rows = next
          onChange()
        },
      },
    )
  }
  const close = () => {
    reading?.stop.abort()
    reading?.client.close()
    reading = null
  }

  open()
  return {
    get state() {
      return state
    },
    get rows() {
      return rows
    },
    call: (method, input) =>
      reading ? reading.client.call(method, input) : Promise.resolve(failure('disconnected', 'Quitting.')),
    retry() {
      close()
      budget.reset()
      change({ kind: 'connecting' })
      open()
    },
    holdStarts(next) {
      held = next
    },
    close,
  }
}

/** `last` is why it could not be started; null when it could, but ended each time. */
const gaveUp = (last: Failure | null): DaemonLinkState => ({
  kind: 'gave-up',
  message: last ? `The daemon could not be started.\n${last.message}` : `The daemon ended ${maxRestarts + 1} times.`,
  hint: last?.hint || 'Look into its log, then try again',
})

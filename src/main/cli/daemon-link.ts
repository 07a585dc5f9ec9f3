import path from 'node:path'
import { createClient } from '../../shared/client/client.ts'
import type { ClientState } from '../../shared/client/state.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { type DaemonLaunch, ensureDaemon, findDaemon } from '../carrier/daemon-process.ts'
import { findNode } from '../carrier/find-node.ts'
import { currentPlaces, type Places } from '../carrier/places.ts'
import { checkSocketFolder } from '../carrier/private-folder.ts'
import { connectUnixSocket } from '../carrier/unix-socket.ts'
import type { DaemonClient, DaemonLink } from './cli.ts'
import { endDaemon } from './end-daemon.ts'
import { socketHolder } from './socket-holder.ts'

export type DaemonLinkOptions = {
  readonly places: Places
  readonly programRoot: string
  readonly environment: Readonly<NodeJS.ProcessEnv>
  /** Told when a lasting connection is lost, and when it is back. */
  readonly onLost: () => void
  readonly onBack: () => void
}

/** The daemon of one home. Dispose of it to close its connections. */
export function createDaemonLink(options: DaemonLinkOptions): DaemonLink & Disposable {
  const { places, programRoot, environment } = options
  const opened: { close(): void }[] = []

  const open = async (lasting: boolean): Promise<Result<DaemonClient>> => {
    const client = createClient({
      connect: () => connectUnixSocket(places.socket),
      once: !lasting,
      onState: lasting ? watchLoss(options) : () => {},
    })
    opened.push(client)
    const up = await client.up
    return up.ok ? success(client) : up
  }
  const ensure = async () => {
    const node = findNode(programRoot, environment)
    if (!node.ok) return node
    const launch: DaemonLaunch = {
      places,
      node: node.value,
      entry: path.join(programRoot, 'out', 'main', 'daemon.js'),
      environment,
    }
    return ensureDaemon(launch)
  }

  return {
    ensure,
    connect: async ({ lasting = false } = {}) => {
      const ensured = await ensure()
      return ensured.ok ? open(lasting) : ensured
    },
    find: async () => {
      const found = await findDaemon(places)
      if (!found.ok) return found
      if (found.value !== null) return open(false)
      const holder = socketHolder(places.socket)
      return holder === null ? success(null) : frozen(holder)
    },
    glance: async (home, timeoutMs) => {
      const glanced = home === undefined ? places : currentPlaces(home)
      if (!checkSocketFolder(glanced).ok) return null
      const client = createClient({ connect: () => connectUnixSocket(glanced.socket, timeoutMs), once: true })
      opened.push(client)
      const up = await client.up
      return up.ok ? client : null
    },
    terminate: () => endDaemon(places.socket),
    [Symbol.dispose]: () => {
      for (const client of opened) client.close()
    },
  }
}

/** So busy, or stopped, that it does not even accept a connection. */
const frozen = (pid: number) =>
  failure(
    'unreachable',
    `A daemon, pid ${pid}, listens but does not answer.`,
    'End it: procession daemon stop; processes stay.',
  )

function watchLoss({ onLost, onBack }: DaemonLinkOptions): (state: ClientState) => void {
  let lost = false
  return (state) => {
    if (state.kind === 'disconnected' && !lost) {
      lost = true
      onLost()
    } else if (state.kind === 'connected' && lost) {
      lost = false
      onBack()
    }
  }
}

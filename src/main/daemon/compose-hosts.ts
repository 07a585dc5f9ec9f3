import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RowsEvent } from '../../shared/contract/schemas.ts'
import type { HostKey } from '../../shared/domain/host.ts'
import { localHostName } from '../../shared/domain/host.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import type { Places } from '../carrier/places.ts'
import { addHost, removeHost } from '../config/edit-config.ts'
import { logLimitsOf } from '../config/schema.ts'
import type { ConfigWatch } from '../config/watch-config.ts'
import { createReadyProbes } from './adapters/ready/index.ts'
import { createSshConnection } from './adapters/ssh/connection.ts'
import { openControlFolder } from './adapters/ssh/control-folder.ts'
import type { SshConnection } from './adapters/ssh/port.ts'
import { createRemoteHost, type RemoteHost } from './adapters/ssh/remote-host.ts'
import { createRemoteProbe } from './adapters/ssh/remote-probes.ts'
import { resolveHost } from './adapters/ssh/resolve.ts'
import { hostNamesInSshConfig } from './adapters/ssh/ssh-config-names.ts'
import { trustHost } from './adapters/ssh/trust.ts'
import { gpuTool } from './host/gpus.ts'
import type { ProcessHost } from './host/port.ts'
import type { ReadyProbes } from './host/ready-port.ts'
import { createHostBook, type HostBookParts, type LivingHostBook } from './hosts/create-host-book.ts'
import { createLocalMachine } from './hosts/local-machine.ts'
import { createOpenHosts, type OpenHosts } from './hosts/open-hosts.ts'
import type { Log } from './supervisor/log.ts'

// The part of the composition that is about machines.

export type ComposeHostsParts = {
  readonly local: ProcessHost
  readonly places: Places
  readonly config: ConfigWatch
  readonly log: Log
  /** A copy of the log at this path of ours lacks these bytes. */
  readonly onSkipped: (path: string, from: number, to: number) => Promise<void>
  readonly processes: HostBookParts['processes']
  readonly publish: (event: RowsEvent) => void
  readonly isWatched: () => boolean
}

export type ComposedHosts = {
  readonly hosts: OpenHosts
  readonly book: LivingHostBook
  readonly probes: (host: string) => ReadyProbes
  /** Tells a machine that somebody reads along what a process there writes, or no more. */
  readonly followed: (host: string, processId: string, isFollowed: boolean) => void
  close(): Promise<void>
}

export async function composeHosts(parts: ComposeHostsParts): Promise<ComposedHosts> {
  const { local, places, config, log } = parts
  const controlFolder = await privateFolder(join(places.home, 'ssh'), log)
  const settingsOf = (name: string) => config.current().config.hosts?.find((host) => host.name === name)
  const sshConfigOf = (name: string) => settingsOf(name)?.ssh_config ?? null
  const machines = new Map<string, RemoteHost>()

  const hosts = createOpenHosts(local, (name) => {
    const { max_parallel: maxParallel } = settingsOf(name) ?? {}
    const link = createSshConnection({
      name,
      sshConfig: sshConfigOf(name),
      controlFolder,
      ...(maxParallel === undefined ? {} : { maxParallel }),
      log,
    })
    const { perProcessBytes } = logLimitsOf(config.current().config)
    const host = createRemoteHost(link, {
      // What may be kept here is fetched, however far behind the copy is.
      backlogBytes: perProcessBytes ?? Number.MAX_SAFE_INTEGER,
      onSkipped: parts.onSkipped,
      onError: (error) => log.warn({ error, host: name }, 'The copies of logs could not be written'),
    })
    machines.set(name, host)
    return { link, host }
  })

  async function forget(name: string): Promise<void> {
    machines.get(name)?.close()
    machines.delete(name)
    await hosts.forget(name)
  }

  const localMachine = createLocalMachine(gpuTool, Date.now)
  const book = createHostBook({
    config: {
      names: () => (config.current().config.hosts ?? []).map(({ name }) => name),
      add: ({ name, sshConfig, maxParallel }) => {
        // One that was named before had other settings; while it is not connected nothing hangs on them.
        const isInUse = hosts.names().includes(name) && hosts.state(name).kind === 'connected'
        if (!isInUse) void forget(name)
        return edited(config, () =>
          addHost(places.config, {
            name,
            ...(sshConfig === null ? {} : { ssh_config: sshConfig }),
            ...(maxParallel === null ? {} : { max_parallel: maxParallel }),
          }),
        )
      },
      remove: (name) => edited(config, () => removeHost(places.config, name)),
    },
    processes: parts.processes,
    sshNames: hostNamesInSshConfig,
    links: {
      async resolve(name) {
        const resolved = await resolveHost(name, sshConfigOf(name))
        return resolved.ok ? success(resolved.value.address) : resolved
      },
      known: (name) => (hosts.names().includes(name) ? hosts.machine(name).link : null),
      connection: (name) => hosts.machine(name).link,
      unknownKey: (name) => unknownKey(hosts.machine(name).link),
      trustKey: (name, fingerprint) => trustHost({ name, sshConfig: sshConfigOf(name), fingerprint }),
      forget,
    },
    ...localMachine,
    factsOf: (name) => {
      const machine = machines.get(name)
      // What is read now is told with the next look.
      void machine?.measure().catch(() => {})
      return machine?.facts ?? null
    },
    gpus: gpuTool,
    publish: parts.publish,
    isWatched: parts.isWatched,
    now: Date.now,
  })

  const localProbes = createReadyProbes()
  const remoteProbes = (name: string): ReadyProbes => ({
    create: (check, run) =>
      check.kind === 'log' ? localProbes.create(check, run) : createRemoteProbe(hosts.machine(name).link, check, run),
  })

  return {
    hosts,
    book,
    probes: (name) => (name === localHostName ? localProbes : remoteProbes(name)),
    followed: (name, processId, isFollowed) => machines.get(name)?.followed(processId, isFollowed),
    async close() {
      book.close()
      for (const machine of machines.values()) machine.close()
      await hosts.close()
    },
  }
}

/** For sockets that lead into other machines. Where others may use the usual folder it is a new one, of this daemon alone. */
async function privateFolder(preferred: string, log: Log): Promise<string> {
  const folder = await openControlFolder(preferred)
  if (folder.ok) return folder.value
  log.warn({}, `${folder.message} ${folder.hint}`)
  return mkdtemp(join(tmpdir(), 'procession-'))
}

/** Edits config.yaml and takes the edit over at once. */
function edited(config: ConfigWatch, edit: () => Result<null>): Result<null> {
  const done = edit()
  if (done.ok) config.refresh()
  return done
}

/** The key that a machine shows and known_hosts does not list, found out by a try to connect. */
async function unknownKey(link: SshConnection): Promise<Result<HostKey>> {
  const connected = await link.ensure({ insist: true })
  const { state } = link
  if (state.kind === 'refused' && state.key !== null) return success(state.key)
  if (connected.ok) return failure('conflict', `The key of ${link.name} is trusted already.`)
  const isChanged = state.kind === 'refused' && state.because === 'changed-key'
  return isChanged ? failure('conflict', connected.message, connected.hint) : connected
}

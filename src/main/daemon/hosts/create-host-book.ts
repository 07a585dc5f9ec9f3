import type { HostTest, RowsEvent } from '../../../shared/contract/schemas.ts'
import { type HostRow, type HostState, isLocalHostName, localHostName } from '../../../shared/domain/host.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import type { SshConnection } from '../adapters/ssh/port.ts'
import type { AddedHost, HostBook, HostFacts, HostLinks } from './host-book.ts'
import { type ListedName, listedNames } from './names.ts'
import { HostRowFeed } from './row-feed.ts'
import { type Ask, collectSteps, type GpuTool, testShell, testSsh } from './test-host.ts'

export type HostBookParts = {
  readonly config: {
    /** The names in config.yaml. */
    readonly names: () => readonly string[]
    /** Write the file and see to it that `names` follows. */
    readonly add: (added: AddedHost) => Result<null>
    readonly remove: (name: string) => Result<null>
  }
  /** The machine of every process, and what may be said of the process there. */
  readonly processes: () => Iterable<{ readonly host: string; readonly mayRun: boolean; readonly isUp: boolean }>
  /** The names in ~/.ssh/config. */
  readonly sshNames: () => Promise<readonly string[]>
  readonly links: HostLinks
  readonly localFacts: () => HostFacts
  /** Of another machine, as they were measured last. Called every 2 s while somebody watches, and for a list. */
  readonly factsOf: (name: string) => HostFacts | null
  /** Runs sh on this machine. */
  readonly askLocally: Ask
  readonly gpus: GpuTool
  readonly publish: (event: RowsEvent) => void
  /** True while somebody looks: then measurements are told. */
  readonly isWatched: () => boolean
  readonly now: () => number
}

/** The book, and what its surroundings tell it. */
export type LivingHostBook = HostBook & {
  /** Names or processes have changed: tells readers within a moment what that means. */
  changed(): void
  close(): void
}

const tickMs = 2000
/** Thousands of processes may begin within a moment; hosts count them once. */
const gatherMs = 100
/** A name that was just written into ~/.ssh/config is offered after this long. */
const sshNamesForMs = 10_000
const nothingMeasured: HostFacts = { cores: null, load1: null, memory: null, gpus: [] }
const idle: HostState = { kind: 'idle' }

export function createHostBook(parts: HostBookParts): LivingHostBook {
  const book = new Book(parts)
  book.begin()
  return book
}

class Book implements LivingHostBook {
  readonly #parts: HostBookParts
  readonly #feed: HostRowFeed
  /** What `ssh -G` said; null while it is asked. A new edit of a configuration is seen by the next test. */
  readonly #addresses = new Map<string, string | null>()
  /** What is known of machines that are connected. */
  readonly #facts = new Map<string, HostFacts>()
  readonly #listening = new Map<SshConnection, () => void>()
  #timer: NodeJS.Timeout | undefined
  #gathering: NodeJS.Timeout | undefined
  #resolving: Promise<void> = Promise.resolve()
  #sshNames: readonly string[] = []
  /** When they are read again; never while they are being read. */
  #namesDue = 0

  constructor(parts: HostBookParts) {
    this.#parts = parts
    this.#feed = new HostRowFeed(parts)
  }

  begin(): void {
    const tick = () => {
      if (!this.#parts.isWatched()) return
      this.#measure()
      this.#tell()
    }
    this.#timer = setInterval(tick, tickMs)
    this.#timer.unref()
    this.#tell()
  }

  close(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#gathering)
    for (const stop of this.#listening.values()) stop()
    this.#listening.clear()
  }

  changed(): void {
    this.#gathering ??= setTimeout(() => this.#tell(), gatherMs)
    this.#gathering.unref()
  }

  #tell(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    if (this.#parts.now() >= this.#namesDue) void this.#readNames().then((differ) => differ && this.changed())
    this.#feed.tell(this.rows(), this.#parts.isWatched())
  }

  async list(): Promise<HostRow[]> {
    await this.#readNames()
    this.#measure()
    return this.rows()
  }

  rows(): HostRow[] {
    const { config, localFacts } = this.#parts
    const processes = [...this.#parts.processes()]
    const counts = Map.groupBy(processes, ({ host }) => (isLocalHostName(host) ? localHostName : host))
    const countsOf = (name: string) => {
      const there = counts.get(name) ?? []
      return { total: there.length, running: there.filter(({ isUp }) => isUp).length }
    }
    const local: HostRow = {
      name: localHostName,
      kind: 'local',
      from: 'local',
      state: { kind: 'local' },
      address: null,
      latencyMs: null,
      ...localFacts(),
      processes: countsOf(localHostName),
      lastError: null,
    }
    const names = listedNames({ config: config.names(), used: counts.keys(), ssh: this.#sshNames })
    return [local, ...names.map((listed) => this.#rowOf(listed, countsOf(listed.name)))]
  }

  add(added: AddedHost): Result<HostRow> {
    if (isLocalHostName(added.name)) {
      return failure('bad_input', `"${added.name}" is this machine, which is there already.`, 'Name another machine')
    }
    const written = this.#parts.config.add(added)
    if (!written.ok) return written
    this.#addresses.delete(added.name)
    this.#tell()
    return success(this.#find(added.name))
  }

  async remove(name: string): Promise<Result<null>> {
    const { config, processes, links } = this.#parts
    if (isLocalHostName(name)) return failure('bad_input', 'This machine cannot be removed.')
    const mayRun = [...processes()].filter((one) => one.host === name && one.mayRun).length
    if (mayRun > 0) {
      const what = countOf(mayRun, 'process', 'processes')
      return failure('conflict', `${what} may run on ${name}.`, 'Stop or detach them first')
    }
    if (!config.names().includes(name)) return this.#notListed(name)
    const removed = config.remove(name)
    if (!removed.ok) return removed
    this.#stopListening(links.known(name))
    await links.forget(name)
    this.#addresses.delete(name)
    this.#facts.delete(name)
    this.#tell()
    return success(null)
  }

  async test(name: string, signal: AbortSignal): Promise<Result<HostTest>> {
    const { links, gpus, askLocally } = this.#parts
    const isLocal = isLocalHostName(name)
    this.#addresses.delete(name)
    const tested = collectSteps(isLocal ? testShell(askLocally, gpus, null) : testSsh(name, links, gpus), signal)
    // The connection exists from here on, so that its states can be told.
    this.#tell()
    const steps = await tested
    if (!steps.ok) return steps
    this.#tell()
    return success({ host: this.#find(name), ok: steps.value.every((step) => step.ok), steps: steps.value })
  }

  async trust(name: string, fingerprint: string | null) {
    const { links } = this.#parts
    if (isLocalHostName(name)) return failure('bad_input', 'This machine has no key to trust.')
    if (fingerprint === null) {
      const state = links.known(name)?.state
      const shown = state?.kind === 'refused' && state.key ? success(state.key) : await links.unknownKey(name)
      return shown.ok ? success({ key: shown.value, trusted: false }) : shown
    }
    const trusted = await links.trustKey(name, fingerprint)
    if (!trusted.ok) return trusted
    // What comes of it shows in the row; whoever trusts a key need not wait for a login.
    void links.connection(name).ensure({ insist: true })
    this.#tell()
    return success({ key: trusted.value, trusted: true })
  }

  /** ssh takes any name: one that nobody listed is as good. */
  #find(name: string): HostRow {
    const wanted = isLocalHostName(name) ? localHostName : name
    const listed = this.rows().find((row) => row.name === wanted)
    return listed ?? this.#rowOf({ name, from: 'ssh-config' }, { total: 0, running: 0 })
  }

  #measure(): void {
    const { links, factsOf } = this.#parts
    for (const { name, kind } of this.rows()) {
      if (kind === 'local' || links.known(name)?.state.kind !== 'connected') continue
      const facts = factsOf(name)
      if (facts === null) continue
      // Whoever measures may know more than a row tells.
      const { cores, load1, memory, gpus } = facts
      this.#facts.set(name, { cores, load1, memory, gpus })
    }
  }

  /** Whether there were others than before. */
  async #readNames(): Promise<boolean> {
    const { sshNames, now } = this.#parts
    this.#namesDue = Number.POSITIVE_INFINITY
    const before = this.#sshNames.join()
    this.#sshNames = await sshNames()
    this.#namesDue = now() + sshNamesForMs
    return this.#sshNames.join() !== before
  }

  async #notListed(name: string) {
    const listed = (await this.list()).find((row) => row.name === name)
    if (listed?.from === 'ssh-config') {
      return failure('not_found', `${name} stands only in the configuration of ssh.`, 'Remove it there')
    }
    if (listed?.from === 'session') {
      return failure('not_found', `${name} is listed because processes name it.`, 'Detach those processes')
    }
    return failure('not_found', `There is no host ${name}.`, 'Look with: procession host list')
  }

  #rowOf({ name, from }: ListedName, processes: HostRow['processes']): HostRow {
    const connection = this.#parts.links.known(name)
    if (connection) this.#listen(connection)
    const isKnown = connection !== null && connection.state.kind !== 'idle'
    return {
      name,
      kind: 'ssh',
      from,
      state: connection?.state ?? idle,
      address: from !== 'ssh-config' || isKnown ? this.#addressOf(name) : null,
      latencyMs: connection?.latencyMs ?? null,
      ...((isKnown ? this.#facts.get(name) : null) ?? nothingMeasured),
      processes,
      lastError: connection?.lastError ?? null,
    }
  }

  /** As far as it is known; asks for it where it is not, one name after the other: each asking is a process. */
  #addressOf(name: string): string | null {
    const known = this.#addresses.get(name)
    if (known !== undefined) return known
    this.#addresses.set(name, null)
    this.#resolving = this.#resolving.then(async () => {
      const address = await this.#parts.links.resolve(name)
      if (!address.ok || this.#addresses.get(name) !== null) return
      this.#addresses.set(name, address.value)
      this.changed()
    })
    return null
  }

  #listen(connection: SshConnection): void {
    if (this.#listening.has(connection)) return
    this.#listening.set(
      connection,
      connection.onState(() => this.#tell()),
    )
  }

  #stopListening(connection: SshConnection | null): void {
    if (connection === null) return
    this.#listening.get(connection)?.()
    this.#listening.delete(connection)
  }
}

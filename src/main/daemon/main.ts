import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RowsEvent, RowsSnapshot } from '../../shared/contract/schemas.ts'
import { mayBeRunning, programOf } from '../../shared/domain/life.ts'
import { currentPlaces, homeOptionIn, type Places } from '../carrier/places.ts'
import { prepareHome, prepareSocketFolder } from '../carrier/private-folder.ts'
import { logLimitsOf } from '../config/schema.ts'
import { watchConfig } from '../config/watch-config.ts'
import { createExecHost, watchRecords } from './adapters/exec/index.ts'
import { readStat } from './adapters/exec/proc.ts'
import { createTerminals } from './adapters/terminal/index.ts'
import { createDaemonHandlers, snapshotOf } from './api/daemon-handlers.ts'
import { createDependenceHandlers } from './api/dependence-handlers.ts'
import type { Handlers } from './api/handlers.ts'
import { createHostHandlers } from './api/host-handlers.ts'
import { createHttpApi } from './api/http/http-api.ts'
import { createLogHandlers, logPathsOf } from './api/log-handlers.ts'
import { createProcessHandlers } from './api/process-handlers.ts'
import { createFeedRing } from './api/rpc/ring.ts'
import { serveChannel } from './api/rpc/serve-channel.ts'
import { createSessionHandlers } from './api/session-handlers.ts'
import { createTerminalHandlers } from './api/terminal-handlers.ts'
import { composeHosts } from './compose-hosts.ts'
import { createLogNews } from './compose-logs.ts'
import { createLogService } from './logs/index.ts'
import { startSampler } from './metrics/sampler.ts'
import { closeInheritedDescriptors, replaceUncleanStart } from './process/clean-start.ts'
import { createLogger } from './process/logger.ts'
import { readMachineId, readVersion } from './process/machine.ts'
import { homeMigrations, openDatabase } from './store/database.ts'
import { createHomeStore } from './store/home-store.ts'
import { acquireLock } from './store/lock.ts'
import { SecretsFile } from './store/secrets-file.ts'
import { createSupervision } from './supervisor/create-supervision.ts'
import { hostOf } from './supervisor/engine.ts'
import { isForgotten, type Supervised } from './supervisor/model.ts'
import type { Supervision } from './supervisor/supervision.ts'

// The composition root: the only place that knows every part. It wires them, and holds no rule of its own.

/** Keeps a reader that was away for a few seconds from needing everything again. */
const ringCapacity = 16_384
/** Lets the answer to `daemon.stop` reach its caller before the socket closes. */
const answerDelayMs = 50

replaceUncleanStart()
closeInheritedDescriptors()
process.umask(0o077)

const refuse = (message: string, hint: string): never => {
  process.stderr.write(`${message} ${hint}\n`)
  process.exit(1)
}

/** What SQLite says of a file does not tell which file. */
function naming<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

async function main(places: Places): Promise<void> {
  for (const prepare of [prepareHome, prepareSocketFolder]) {
    const prepared = prepare(places)
    if (!prepared.ok) refuse(prepared.message, prepared.hint)
  }
  const local = createExecHost({ shimFolder: join(places.home, 'shim') })
  const self = {
    hostname: hostname(),
    bootId: local.bootId,
    pid: process.pid,
    startTime: readStat(process.pid)?.startTime ?? '',
    home: places.home,
  }
  const lockPath = join(places.home, 'daemon.lock')
  const lock = naming(lockPath, () => acquireLock(lockPath, self))
  if (!lock.ok) {
    // Not an error: whoever started us finds the daemon that was first.
    process.stderr.write(`A daemon runs already. ${lock.message}\n`)
    process.exit(0)
  }
  const log = createLogger(places.log)
  const version = readVersion()
  log.info({ version, node: process.version, home: places.home }, 'The daemon begins')
  process.on('uncaughtException', (error) => log.error({ error }, 'An error that nobody caught'))
  process.on('unhandledRejection', (error) => log.error({ error }, 'A failure that nobody awaited'))

  const homeStore = createHomeStore(naming(places.database, () => openDatabase(places.database, homeMigrations)))
  const config = watchConfig(places.config, tellConfig)
  tellConfig(config.current())
  const logs = createLogService({
    now: Date.now,
    limits: () => logLimitsOf(config.current().config),
    onNotice: (notice) => logNews.take(notice),
  })
  let current: Supervision | null = null
  const logNews = createLogNews(
    () => current,
    () => logs,
  )
  const ring = createFeedRing<RowsSnapshot, RowsEvent>({
    capacity: ringCapacity,
    snapshot: () => snapshotOf(supervision, () => book.rows()),
  })
  let readers = 0
  const { hosts, book, probes, ...machines } = await composeHosts({
    local,
    places,
    config,
    log,
    onSkipped: logNews.skipped,
    processes: () => current?.sessions.processes().map(standingOf) ?? [],
    publish: ring.publish,
    isWatched: () => readers > 0,
  })
  const supervision = createSupervision({
    hosts,
    watchRecords,
    terminals: createTerminals({
      onProblem: (process, error) => log.warn({ error, process }, 'What a terminal shows could not be written down'),
    }),
    beforeLaunch: (supervised) => logs.beforeStart(logPathsOf(supervised)),
    secrets: new SecretsFile(places.secrets),
    environment: process.env,
    now: Date.now,
    random: Math.random,
    publish: ring.publish,
    onMove: (supervised) => {
      book.changed()
      if (mayBeRunning(supervised.state.life)) logs.watch({ id: supervised.id, ...logPathsOf(supervised) })
      else void letGo(supervised)
    },
    onRemove: (supervised) => {
      book.changed()
      void letGo(supervised)
    },
    log,
    probes,
    homeStore,
    machineId: readMachineId(),
    self,
    handlers: () => config.current().config.handlers,
  })
  const { sessions } = supervision
  current = supervision

  /** Its logs first have what it wrote last, also where they are copies. */
  async function letGo(supervised: Supervised): Promise<void> {
    await hostOf(supervision.parts, supervised).release(supervised.id)
    if (!mayBeRunning(supervised.state.life) || isForgotten(supervised)) logs.unwatch(supervised.id)
  }

  function tellConfig({ problem }: ReturnType<typeof config.current>): void {
    if (problem !== null) log.warn({ problem: problem.message }, 'config.yaml is wrong; the last good settings hold')
  }
  await sessions.openKnown()

  const sampler = startSampler({
    running: () =>
      sessions.processes().flatMap((measured) => {
        const program = programOf(measured.state.life)
        return program ? [{ measured, program, host: hostOf(supervision.parts, measured) }] : []
      }),
    isWatched: () => readers > 0,
    publish: ring.publish,
    now: Date.now,
    onError: (error) => log.warn({ error }, 'The processes could not be measured'),
  })

  const facts = {
    pid: process.pid,
    version,
    home: places.home,
    socket: places.socket,
    log: places.log,
    startedAt: Date.now(),
  }
  const http = createHttpApi({
    version,
    log,
    socketPath: places.socket,
    rendererFolder: fileURLToPath(new URL('../renderer', import.meta.url)),
    keys: {
      add: (hash, expiresAt) => homeStore.addWebKey(hash, Date.now(), expiresAt),
      find: (hash) => homeStore.hasWebKey(hash, Date.now()),
    },
    onChannel: (channel) => serveChannel(channel, handlers, { log }),
  })
  const handlers: Handlers = {
    ...createDaemonHandlers({
      supervision,
      facts,
      workspaces: places.workspaces,
      addresses: http.addresses,
      ring,
      hosts: () => book.rows(),
      exitSoon: () => setTimeout(() => void end(), answerDelayMs),
      onReaders: (change) => {
        readers += change
      },
    }),
    ...createSessionHandlers(supervision, places.workspaces),
    ...createProcessHandlers(supervision),
    ...createDependenceHandlers(supervision),
    ...createLogHandlers(supervision, logs, {
      refresh: (supervised) => hostOf(supervision.parts, supervised).refresh(supervised.id),
      onFollow: ({ definition, id }, isFollowed) => machines.followed(definition.host, id, isFollowed),
    }),
    ...createTerminalHandlers(supervision),
    ...createHostHandlers(book),
    'http.serve': http.serve,
  }
  const opened = await http.open()
  if (!opened.ok) refuse(opened.message, opened.hint)

  async function end(): Promise<void> {
    log.info({}, 'The daemon ends; processes go on')
    sampler.close()
    config.close()
    await http.close()
    supervision.close()
    // Only now: nobody may start again what ends with it. The next daemon finds the ends in the records.
    await supervision.parts.terminals.close()
    await machines.close()
    logs.close()
    homeStore.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void end())
  process.on('SIGINT', () => void end())
}

/** What a list of machines says of a process. */
const standingOf = ({ definition, state: { life } }: Supervised) => ({
  host: definition.host,
  mayRun: mayBeRunning(life),
  isUp: programOf(life) !== null,
})

main(currentPlaces(homeOptionIn(process.argv))).catch((error: unknown) => {
  refuse(`The daemon could not begin. ${error instanceof Error ? error.message : String(error)}.`, '')
})

import { basename, join } from 'node:path'
import type Database from 'better-sqlite3'
import type { ReadOnlyReason } from '../../../shared/domain/rows.ts'
import { openDatabase, sessionMigrations } from '../store/database.ts'
import { acquireLock, type HeldLock, type LockHolder } from '../store/lock.ts'
import { isOriginalDatabase } from '../store/original-database.ts'
import type { ProcessRecord } from '../store/process-record.ts'
import type { SessionMeta } from '../store/session-rows.ts'
import { createSessionStore, type SessionStore } from '../store/session-store.ts'
import { isWorkspace, parseRecordName, workspacePaths } from '../workspace/layout.ts'
import { unsafeReason } from '../workspace/safety.ts'
import type { OpenSession, Supervised } from './model.ts'
import { isFromElsewhere, settleIn } from './moved.ts'
import type { SessionsParts } from './sessions.ts'

/**
 * Reads a workspace into memory and takes its lock; whatever stands in the way makes it read-only, with the reason, and
 * never stands in the way of another session.
 */
export function loadSession(path: string, context: SessionsParts): OpenSession {
  const paths = workspacePaths(path)
  let lock: HeldLock | ReadOnlyReason | null = null
  let database: Database.Database | null = null
  try {
    const unsafe = unsafeReason(path)
    if (unsafe?.kind === 'missing') return emptySession(path, unsafe)
    lock = unsafe ?? takeLock(paths.lock, context.self)
    const readOnly = 'kind' in lock ? lock : null
    if (isOriginalDatabase(paths.database)) throw new Error('it is that of gutools; take it over with session init')
    database = openDatabase(paths.database, sessionMigrations, { readonly: readOnly !== null })
    return read(path, context, database, lock)
  } catch (error) {
    database?.close()
    if (lock !== null && 'release' in lock) lock.release()
    context.parts.log.error({ error, session: path }, 'A session cannot be used')
    return emptySession(path, error instanceof CopiedWorkspace ? error.reason : damageReason(path, error))
  }
}

/** Raised while a workspace is read that has the identity of another one, where it is still in use. */
class CopiedWorkspace extends Error {
  readonly reason: ReadOnlyReason
  constructor(original: string) {
    super(`it is a copy of the session in ${original}`)
    this.reason = { kind: 'copied', message: this.message }
  }
}

function damageReason(path: string, error: unknown): ReadOnlyReason {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^(SQLITE_FULL|SQLITE_IOERR_SHM|ENOSPC|EDQUOT)/.test(code)) {
    return { kind: 'full', message: `the disk of ${join(path, 'db')} is full` }
  }
  const isClosed = /^(SQLITE_READONLY|SQLITE_CANTOPEN|EACCES|EPERM|EROFS)/.test(code)
  return isClosed
    ? { kind: 'unsafe', message: `${join(path, 'db')} cannot be written (${message}); make it writable` }
    : { kind: 'damaged', message: `its database or its lock in ${join(path, 'db')} cannot be read (${message})` }
}

function read(
  path: string,
  context: SessionsParts,
  database: Database.Database,
  lock: HeldLock | ReadOnlyReason,
): OpenSession {
  const readOnly = 'kind' in lock ? lock : null
  const store = createSessionStore(database)
  const stored = store.meta() ?? {
    id: path,
    name: basename(path),
    machineId: context.machineId,
    active: true,
    root: null,
    hostname: null,
  }
  // Processes are told apart by their ids: one of the copy would be taken for its twin in the original, and stop it.
  const original = context.homeStore.pathOfSession(stored.id)
  if (original !== null && original !== path && isWorkspace(original)) throw new CopiedWorkspace(original)
  if (readOnly === null) {
    settleIn(store, stored, { path, machineId: context.machineId }, context.parts.secrets, context.parts.now())
  }
  // A copy has ids of its own by now.
  const meta = store.meta() ?? stored
  const session: OpenSession = {
    id: meta.id,
    name: meta.name,
    path,
    paths: workspacePaths(path),
    store,
    readOnly,
    active: meta.active,
    confirmed: isConfirmed(meta, store, context),
    problems: new Map(),
    processes: new Map(),
    dependences: store.dependences(meta.id),
    unsaved: [],
    readEdits: () => {},
    onClose: [],
    close: () => {
      for (const end of session.onClose.splice(0)) end()
      watch?.close()
      for (const { killTimer, restartTimer } of session.processes.values()) {
        if (killTimer !== null) clearTimeout(killTimer)
        if (restartTimer !== null) clearTimeout(restartTimer)
      }
      store.close()
      if ('release' in lock) lock.release()
    },
  }
  for (const record of store.processes()) session.processes.set(record.id, supervisedOf(session, record, store))
  const watch = readOnly === null ? watchRecords(session, context) : null
  return session
}

/** A workspace that this home has not seen runs nothing by itself, and neither does one that comes from another machine. */
function isConfirmed(meta: SessionMeta, store: SessionStore, context: SessionsParts): boolean {
  if (store.processes().length === 0) return context.homeStore.isConfirmed(meta.id) !== false
  return context.homeStore.isConfirmed(meta.id) === true && !isFromElsewhere(meta, context.machineId)
}

/** One daemon opens a folder once: what it holds already under another path is the same folder, moved. */
const movedMeanwhile =
  'it was moved while the daemon had it open; end the daemon with procession daemon stop (processes stay)'

function takeLock(path: string, self: LockHolder): HeldLock | ReadOnlyReason {
  const lock = acquireLock(path, self)
  if (lock.ok) return lock.value
  const holder = 'holder' in lock ? lock.holder : null
  const isOurs = holder?.pid === self.pid && holder.startTime === self.startTime
  return { kind: 'locked', message: isOurs ? movedMeanwhile : lock.message.replace(/^H/, 'h') }
}

const emptySession = (path: string, readOnly: ReadOnlyReason): OpenSession => ({
  id: path,
  name: basename(path),
  path,
  paths: workspacePaths(path),
  store: null,
  readOnly,
  active: false,
  confirmed: false,
  problems: new Map(),
  processes: new Map(),
  dependences: [],
  unsaved: [],
  readEdits: () => {},
  onClose: [],
  close: () => {},
})

/** A process in memory from what is stored of it. */
export function supervisedOf(session: OpenSession, record: ProcessRecord, store: SessionStore): Supervised {
  const [latest] = store.runs(record.id)
  return {
    id: record.id,
    name: record.name,
    session,
    createdAt: record.createdAt,
    definition: record.definition,
    desired: record.desired,
    stopsAsked: 0,
    state: record.state,
    lastEnd: store.lastEnd(record.id),
    startedAt: latest?.startedAt ?? null,
    restarts: store.restarts(record.id),
    memory: record.memory,
    states: store.states(record.id),
    tag: record.tag,
    definitionChanged: false,
    killTimer: null,
    restartTimer: null,
    launching: null,
    logNotice: null,
    usage: null,
    cpuHistory: [],
    waiters: new Set(),
  }
}

function watchRecords(session: OpenSession, context: SessionsParts) {
  return context.parts.watchRecords(session.paths.records, (fileName) => {
    const file = parseRecordName(fileName)
    if (file === null) return
    for (const supervised of session.processes.values()) {
      if (supervised.name === file.name && supervised.state.run === file.run) context.engine.readRecord(supervised)
    }
  })
}

import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type Database from 'better-sqlite3'
import type { ImportPlan } from '../../../shared/domain/import-plan.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { ReadOnlyReason } from '../../../shared/domain/rows.ts'
import { openDatabase, sessionMigrations } from '../store/database.ts'
import type { HomeStore } from '../store/home-store.ts'
import { acquireLock, type HeldLock, type LockHolder } from '../store/lock.ts'
import { isOriginalDatabase } from '../store/original-database.ts'
import type { ProcessRecord } from '../store/process-record.ts'
import type { SessionMeta } from '../store/session-rows.ts'
import { createSessionStore, type SessionStore } from '../store/session-store.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { createLayout, findWorkspace, isWorkspace, parseRecordName, workspacePaths } from '../workspace/layout.ts'
import { unsafeReason } from '../workspace/safety.ts'
import { adopt } from './adoption.ts'
import type { Engine, EngineParts } from './engine.ts'
import type { OpenSession, Supervised } from './model.ts'
import { isFromElsewhere, settleIn } from './moved.ts'
import { takeOriginal } from './original.ts'
import { sessionRowOf } from './rows.ts'
import { rememberHeld } from './settle.ts'

export type SessionsParts = {
  readonly engine: Engine
  readonly parts: EngineParts
  readonly homeStore: HomeStore
  readonly machineId: string
  readonly self: LockHolder
  /** After a session was opened, for whoever watches its files. */
  readonly onOpen: (session: OpenSession) => void
  /** Fills a new session with what gutools left in its folder. */
  readonly fill: (session: OpenSession, original: ImportPlan) => void
}

export type Sessions = ReturnType<typeof createSessions>

/** All sessions of this home: opened at the start from procession.db, later by `init` or when a command names one. */
export function createSessions(context: SessionsParts) {
  const { engine, parts, homeStore } = context
  const open = new Map<string, OpenSession>()
  /** Sessions whose running programs are being looked for: everybody who asks meanwhile waits for the same answer. */
  const opening = new Map<string, Promise<OpenSession>>()
  const adopting = new Set<OpenSession>()
  let isOpeningAll = false

  /** Opens the session in `root`, or returns it when it is open. It is then known to this home for good. */
  async function openSession(root: string): Promise<OpenSession> {
    const path = realPath(root)
    const existing = open.get(path)
    // One that was locked or unsafe is looked at again: the reason may be gone.
    if (existing && existing.readOnly === null) return existing
    const underWay = opening.get(path)
    if (underWay) return underWay
    existing?.close()
    const promise = loadAndAdopt(path).finally(() => opening.delete(path))
    opening.set(path, promise)
    return promise
  }

  async function loadAndAdopt(path: string): Promise<OpenSession> {
    const session = load(path, context)
    adopting.add(session)
    rememberHeld(session)
    engine.holdLaunches(session)
    try {
      // Adoption comes before anything else can happen to the session, above all before a launch.
      if (session.readOnly === null) await adopt({ engine, parts, everybody }, [...session.processes.values()])
      introduce(path, session)
    } finally {
      adopting.delete(session)
      engine.foundOut(session)
      if (adopting.size === 0 && !isOpeningAll) engine.releaseLaunches()
    }
    return session
  }

  function introduce(path: string, session: OpenSession): void {
    open.set(path, session)
    for (const supervised of session.processes.values()) parts.onMove(supervised)
    if (session.store !== null) homeStore.rememberSession(session.id, path, parts.now(), session.confirmed)
    parts.publish({ kind: 'session', session: sessionRowOf(session) })
    for (const supervised of session.processes.values()) engine.publish(supervised)
    context.onOpen(session)
  }

  /**
   * Creates the session in `folder`, or opens it when it is there already. What gutools left in the folder is taken over;
   * it then runs nothing before a person has agreed to it.
   */
  async function initialise(
    folder: string,
    name: string | undefined,
  ): Promise<Result<{ readonly session: OpenSession; readonly created: boolean }>> {
    const layout = createLayout(folder)
    if (!layout.ok) return layout
    const original = takeOriginal(folder)
    if (!original.ok) return original
    const created = !isWorkspace(folder)
    if (created) {
      try {
        const called = name ?? (basename(resolve(folder)) || 'session')
        createDatabase(folder, called, context, original.value === null)
      } catch (error) {
        return fileFailure(error, `Could not create a session in ${folder}`)
      }
    }
    const session = writable(await openSession(folder))
    if (!session.ok) return session
    if (original.value !== null) context.fill(session.value, original.value)
    return success({ session: session.value, created })
  }

  /** A program belongs to one record at most, also while its session is still being opened. */
  const everybody = (): Supervised[] =>
    [...open.values(), ...adopting].flatMap((session) => [...session.processes.values()])

  return {
    machineId: context.machineId,
    all: (): OpenSession[] => [...open.values()],
    processes: everybody,
    /** A person has agreed that this session runs things on this machine. */
    confirm: (session: OpenSession): void => homeStore.setConfirmed(session.id, true),

    /** Opens what this home knew when the last daemon ended. A workspace that is gone stays in the list, read-only. */
    async openKnown(): Promise<void> {
      isOpeningAll = true
      await Promise.all(homeStore.sessionPaths().map(openSession))
      isOpeningAll = false
      engine.releaseLaunches()
    },

    /** The session that `folder` is or lies in, ready to be changed (`write`) or only looked at. */
    async find(folder: string, access: 'read' | 'write'): Promise<Result<OpenSession>> {
      const root = findWorkspace(folder)
      if (root === null) {
        const why = existsSync(folder) ? `${folder} is not in a session.` : `${folder} does not exist.`
        return failure('not_found', why, 'Make it one with: procession session init')
      }
      if (!open.has(realPath(root)) && isOriginalDatabase(workspacePaths(root).database)) {
        if (access === 'read') return ofGutools(root)
        const made = await initialise(root, undefined)
        return made.ok ? success(made.value.session) : made
      }
      const session = await openSession(root)
      if (access === 'read') return success(session)
      session.readEdits()
      return writable(session)
    },

    init: initialise,

    close(): void {
      for (const session of open.values()) {
        engine.flush(session)
        session.close()
      }
      open.clear()
    },
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

function writable(session: OpenSession): Result<OpenSession> {
  if (session.readOnly === null) return success(session)
  const { kind, message } = session.readOnly
  switch (kind) {
    case 'locked':
      return failure('conflict', `${session.path} is read-only here: ${message}.`, 'Use that home, or stop its daemon')
    case 'unsafe':
      return failure('not_permitted', `${session.path} is read-only: ${message}.`, 'Then try again')
    case 'missing':
      return failure('not_found', `${session.path} cannot be used: ${message}.`, 'Bring the folder back')
    case 'damaged':
      return failure('failed', `${session.path} cannot be used: ${message}.`, 'Restore these files from a backup')
    case 'full':
      return failure('failed', `${session.path} cannot be used: ${message}.`, 'Free some space, then try again')
    case 'copied':
      return failure(
        'conflict',
        `${session.path} cannot be used: ${message}.`,
        'Use that one, or remove db/session.db and db/session.lock here and make it a session of its own with init',
      )
  }
}

/** A folder that gutools made and nobody took over yet; to take it over changes it, so looking at it is not enough. */
const ofGutools = (root: string) =>
  failure('not_found', `${root} is a session of gutools.`, 'Take it over with: procession session init')

/** `confirmed`: whoever makes a session here has agreed to what it will run. */
function createDatabase(root: string, name: string, context: SessionsParts, confirmed: boolean): void {
  const database = openDatabase(workspacePaths(root).database, sessionMigrations)
  const store = createSessionStore(database)
  if (store.meta() === null) {
    const id = randomUUID()
    store.initialise(id, name, context.machineId, context.parts.now())
    context.homeStore.rememberSession(id, realPath(root), context.parts.now(), confirmed)
  }
  store.close()
}

/**
 * Reads a workspace into memory and takes its lock; whatever stands in the way makes it read-only, with the reason, and
 * never stands in the way of another session.
 */
function load(path: string, context: SessionsParts): OpenSession {
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
  const meta = store.meta() ?? {
    id: path,
    name: basename(path),
    machineId: context.machineId,
    active: true,
    root: null,
    hostname: null,
  }
  // Processes are told apart by their ids: one of the copy would be taken for its twin in the original, and stop it.
  const original = context.homeStore.pathOfSession(meta.id)
  if (original !== null && original !== path && isWorkspace(original)) throw new CopiedWorkspace(original)
  if (readOnly === null) {
    settleIn(store, meta, { path, machineId: context.machineId }, context.parts.secrets, context.parts.now())
  }
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

function takeLock(path: string, self: LockHolder): HeldLock | ReadOnlyReason {
  const lock = acquireLock(path, self)
  return lock.ok ? lock.value : { kind: 'locked', message: lock.message.replace(/^H/, 'h') }
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
    usage: null,
    cpuHistory: [],
    waiters: new Set(),
  }
}

function watchRecords(session: OpenSession, context: SessionsParts) {
  return context.parts.host.watchRecords(session.paths.records, (fileName) => {
    const file = parseRecordName(fileName)
    if (file === null) return
    for (const supervised of session.processes.values()) {
      if (supervised.name === file.name && supervised.state.run === file.run) context.engine.readRecord(supervised)
    }
  })
}

import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { localHostName } from '../../../shared/domain/host.ts'
import type { ImportPlan } from '../../../shared/domain/import-plan.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { openDatabase, sessionMigrations } from '../store/database.ts'
import type { HomeStore } from '../store/home-store.ts'
import type { LockHolder } from '../store/lock.ts'
import { isOriginalDatabase } from '../store/original-database.ts'
import { createSessionStore } from '../store/session-store.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { createLayout, findWorkspace, isWorkspace, workspacePaths } from '../workspace/layout.ts'
import { adopt } from './adoption.ts'
import type { Engine, EngineParts } from './engine.ts'
import { awaitHosts } from './host-watch.ts'
import { loadSession } from './load-session.ts'
import type { OpenSession, Supervised } from './model.ts'
import { takeOriginal } from './original.ts'
import { sessionRowOf } from './rows.ts'
import { rememberHeld } from './settle.ts'
import { writable } from './writable.ts'

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
    const session = loadSession(path, context)
    adopting.add(session)
    rememberHeld(session)
    engine.holdLaunches(session)
    try {
      // Adoption comes before anything else can happen to the session, above all before a launch.
      if (session.readOnly === null) {
        const context = { engine, parts, everybody }
        const all = [...session.processes.values()]
        // Other machines may take their time: what is there is not known meanwhile, and nobody else waits for it.
        awaitHosts(context, all)
        const here = all.filter(({ definition }) => definition.host === localHostName)
        await adopt(context, here)
      }
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
        return existsSync(folder)
          ? failure('not_found', `${folder} is not in a session.`, 'Make it one with: procession session init')
          : failure('not_found', `${folder} does not exist.`, 'Check the path')
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

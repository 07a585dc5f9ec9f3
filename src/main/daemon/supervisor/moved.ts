import { hostname } from 'node:os'
import { localHostName } from '../../../shared/domain/host.ts'
import { canBeStopped } from '../../../shared/domain/life.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { openDatabase, sessionMigrations } from '../store/database.ts'
import type { Definition, ProcessRecord } from '../store/process-record.ts'
import type { SecretsFile } from '../store/secrets-file.ts'
import type { SessionMeta } from '../store/session-rows.ts'
import { createSessionStore, type SessionStore } from '../store/session-store.ts'
import { isWorkspace, workspacePaths } from '../workspace/layout.ts'
import { hashOfUri } from '../workspace/names.ts'
import {
  movedEnv,
  movedFingerprint,
  movedMatch,
  movedPath,
  movedReady,
  movedText,
  movedUri,
  type Roots,
} from './moved-paths.ts'

export type Place = { readonly path: string; readonly machineId: string }

/** A workspace that came from another machine: nothing that it remembers of programs is true here. */
export const isFromElsewhere = (meta: SessionMeta, machineId: string): boolean => meta.machineId !== machineId

/**
 * Brings what a workspace remembers up to where it is now: paths below its old root are rewritten, and what was alive on
 * another machine is down here. Throws SqliteError.
 */
export function settleIn(store: SessionStore, meta: SessionMeta, place: Place, secrets: SecretsFile, at: number): void {
  if (meta.root !== null && meta.root !== place.path && isCopyOf(meta, meta.root)) settleCopy(store, meta.root, at)
  const { path, machineId } = place
  const oldRoot = meta.root !== null && meta.root !== path ? meta.root : null
  const isForeign = isFromElsewhere(meta, machineId)
  if (oldRoot === null && !isForeign && meta.root !== null) return
  store.atomically(() => {
    for (const record of store.processes()) {
      if (oldRoot !== null) moveProcess(store, record, { from: oldRoot, to: path }, secrets, at)
      if (isForeign && canBeStopped(record.state.life)) putDown(store, record, meta.hostname, at)
    }
    // The machine is only taken over when a person agrees to run the session here.
    store.setPlace(path, isForeign ? (meta.hostname ?? '') : hostname(), meta.machineId)
  })
}

/** Whether the session that this workspace says it is still lies where this one was, too. */
function isCopyOf(meta: SessionMeta, root: string): boolean {
  if (!isWorkspace(root)) return false
  try {
    const database = openDatabase(workspacePaths(root).database, sessionMigrations, { readonly: true })
    const original = createSessionStore(database)
    const isSame = original.meta()?.id === meta.id
    original.close()
    return isSame
  } catch {
    // What cannot be read cannot be in use either.
    return false
  }
}

/**
 * What runs belongs to the original: a copy that believed it were its own would end the programs of the original with
 * the next stop, for a process is recognised by its id. So it gets ids of its own, and all of it is down.
 */
function settleCopy(store: SessionStore, original: string, at: number): void {
  for (const record of store.processes()) {
    if (canBeStopped(record.state.life)) endHere(store, record, `Copied from ${original}`, at)
  }
  store.identifyAnew()
}

function putDown(store: SessionStore, record: ProcessRecord, from: string | null, at: number): void {
  endHere(store, record, from === null || from === '' ? 'Moved from another machine' : `Moved from ${from}`, at)
}

function endHere(store: SessionStore, record: ProcessRecord, reason: string, at: number): void {
  store.saveMove({
    processId: record.id,
    at,
    actor: 'supervisor',
    why: null,
    kind: 'moved',
    state: { run: record.state.run, life: { kind: 'down', since: at, reason } },
    desired: record.desired,
    memory: record.memory,
    runNumber: record.state.run,
    intent: null,
    program: null,
    end: { code: null, signal: null, at, reason: reason.toLowerCase() },
    result: 'undefined',
  })
}

/** Everything that is stored of a process with the paths of the new place. */
function moveProcess(store: SessionStore, record: ProcessRecord, roots: Roots, secrets: SecretsFile, at: number): void {
  moveDefinition(store, record, roots, secrets, at)
  for (const state of store.states(record.id)) {
    const fingerprint = state.fingerprint && movedFingerprint(state.fingerprint, roots)
    const isMoved = JSON.stringify(fingerprint) !== JSON.stringify(state.fingerprint)
    if (isMoved) store.saveState(record.id, { ...state, fingerprint }, 'supervisor')
  }
}

function moveDefinition(store: SessionStore, record: ProcessRecord, roots: Roots, secrets: SecretsFile, at: number) {
  const { definition } = record
  // What lies on another machine did not move.
  if (definition.host !== localHostName) return
  const { secretRef } = definition
  const secret = secretRef === null ? null : secrets.process(secretRef)
  const realUri = movedUri(secret?.uri ?? definition.uri, roots)
  const next: Definition = {
    ...definition,
    uri: movedUri(definition.uri, roots),
    // Of a URI whose secrets did not come along nobody knows the hash.
    uriHash: realUri.includes(redacted) ? definition.uriHash : hashOfUri(realUri),
    argv: definition.argv.map((element) => movedText(element, roots)),
    exe: definition.exe && movedPath(definition.exe, roots),
    cwd: movedPath(definition.cwd, roots),
    env: movedEnv(definition.env, roots),
    ready: movedReady(definition.ready, roots),
    match: movedMatch(definition.match, roots),
  }
  if (secretRef !== null && secret !== null) {
    secrets.setProcess(secretRef, {
      uri: realUri,
      argv: secret.argv.map((element) => movedText(element, roots)),
      env: movedEnv(secret.env, roots),
    })
  }
  if (JSON.stringify(next) !== JSON.stringify(definition)) store.setDefinition(record.id, next, at)
}

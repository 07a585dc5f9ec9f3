import { hostname } from 'node:os'
import { canBeStopped } from '../../../shared/domain/life.ts'
import type { Definition, ProcessRecord } from '../store/process-record.ts'
import type { SecretsFile } from '../store/secrets-file.ts'
import type { SessionMeta } from '../store/session-rows.ts'
import type { SessionStore } from '../store/session-store.ts'

export type Place = { readonly path: string; readonly machineId: string }

/** A workspace that came from another machine: nothing that it remembers of programs is true here. */
export const isFromElsewhere = (meta: SessionMeta, machineId: string): boolean => meta.machineId !== machineId

/**
 * Brings what a workspace remembers up to where it is now: paths below its old root are rewritten, and what was alive on
 * another machine is down here. Throws SqliteError.
 */
export function settleIn(store: SessionStore, meta: SessionMeta, place: Place, secrets: SecretsFile, at: number): void {
  const { path, machineId } = place
  const oldRoot = meta.root !== null && meta.root !== path ? meta.root : null
  const isForeign = isFromElsewhere(meta, machineId)
  if (oldRoot === null && !isForeign && meta.root !== null) return
  store.atomically(() => {
    for (const record of store.processes()) {
      if (oldRoot !== null) moveDefinition(store, record, { from: oldRoot, to: path }, secrets, at)
      if (isForeign && canBeStopped(record.state.life)) putDown(store, record, meta.hostname, at)
    }
    // The machine is only taken over when a person agrees to run the session here.
    store.setPlace(path, isForeign ? (meta.hostname ?? '') : hostname(), meta.machineId)
  })
}

function putDown(store: SessionStore, record: ProcessRecord, from: string | null, at: number): void {
  const reason = from === null || from === '' ? 'Moved from another machine' : `Moved from ${from}`
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

/** Where a workspace was, and where it is. */
export type Roots = { readonly from: string; readonly to: string }

/** A path below the old root, below the new one; other text as it is. */
export const moved = (text: string, { from, to }: Roots): string =>
  text === from || text.startsWith(`${from}/`) ? to + text.slice(from.length) : text

/** In a URI the path of the program is written after its host. */
export const movedUri = (uri: string, { from, to }: Roots): string => {
  const [oldPath, newPath] = [from, to].map((root) => root.split('/').map(encodeURIComponent).join('/'))
  return uri.replace(`://localhost${oldPath}/`, `://localhost${newPath}/`)
}

function moveDefinition(store: SessionStore, record: ProcessRecord, roots: Roots, secrets: SecretsFile, at: number) {
  const { definition } = record
  const next: Definition = {
    ...definition,
    uri: movedUri(definition.uri, roots),
    argv: definition.argv.map((element) => moved(element, roots)),
    cwd: moved(definition.cwd, roots),
  }
  const secret = definition.secretRef === null ? null : secrets.process(definition.secretRef)
  if (definition.secretRef !== null && secret !== null) {
    secrets.setProcess(definition.secretRef, {
      uri: movedUri(secret.uri, roots),
      argv: secret.argv.map((element) => moved(element, roots)),
      env: secret.env,
    })
  }
  if (JSON.stringify(next) !== JSON.stringify(definition)) store.setDefinition(record.id, next, at)
}

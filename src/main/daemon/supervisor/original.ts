import { existsSync, readdirSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ImportNote, ImportPlan } from '../../../shared/domain/import-plan.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { readImport } from '../importing/read-import.ts'
import { isOriginalDatabase } from '../store/original-database.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { isWorkspace, workspacePaths } from '../workspace/layout.ts'
import { readOwnFile } from '../workspace/own-file.ts'
import { redactFiles } from '../workspace/redact-files.ts'
import { unsafeReason } from '../workspace/safety.ts'
import { importInPlace } from './import-session.ts'
import type { OpenSession } from './model.ts'
import { sessionRowOf } from './rows.ts'
import type { Supervision } from './supervision.ts'

/** Of more remarks the first are enough on the screen; all are in the log. */
const mostRemarks = 20

/**
 * What gutools left in `root`, read before anything is changed; null where nothing of it is there, or it was taken over
 * before. Its database has the place of ours and is put aside as `db/session.gutools.db`.
 */
export function takeOriginal(root: string): Result<ImportPlan | null> {
  const { database } = workspacePaths(root)
  const hasDatabase = isOriginalDatabase(database)
  if (!hasDatabase && (isWorkspace(root) || !hasOriginalFiles(root))) return success(null)
  const unsafe = unsafeReason(root)
  if (unsafe) return failure('not_permitted', `${root} is not taken over: ${unsafe.message}.`, 'Then try again')
  const plan = readImport(root)
  if (!plan.ok) return plan
  try {
    if (hasDatabase) putAside(database)
  } catch (error) {
    return fileFailure(error, `Could not put the database of gutools aside in ${dirname(database)}`)
  }
  return plan
}

/** Definitions in `etc/` that gutools wrote: it names no stop signal, we always do. */
function hasOriginalFiles(root: string): boolean {
  const etc = join(root, 'etc')
  return readdirSync(etc).some((file) => {
    if (!/^\w+-\w+(?:-\d+)?\.yaml$/.test(file)) return false
    const text = readOwnFile(join(etc, file)) ?? ''
    return /^cmdline:/m.test(text) && !/^stop_signal:/m.test(text)
  })
}

/** With the journals of SQLite, without which it would be half of itself. */
function putAside(database: string): void {
  const folder = dirname(database)
  const stem = basename(database, '.db')
  const free = (number: number): string => {
    const name = join(folder, `${stem}.gutools${number === 1 ? '' : `-${number}`}.db`)
    return existsSync(name) ? free(number + 1) : name
  }
  const target = free(1)
  for (const suffix of ['-journal', '-wal', '-shm', '']) {
    if (existsSync(database + suffix)) renameSync(database + suffix, target + suffix)
  }
}

/**
 * Fills a new session with what gutools left in its folder, and takes the passwords out of the files that it wrote. What
 * could not be taken over is a problem of the session.
 */
export function fillFromOriginal(supervision: Supervision, session: OpenSession, plan: ImportPlan): void {
  const { log, publish } = supervision.parts
  const imported = importInPlace(supervision, session, plan)
  if (imported.ok) {
    for (const note of imported.value) log.warn(note, 'Not taken over from gutools')
    for (const remark of remarksOf(imported.value)) session.problems.set(`import ${remark}`, remark)
  } else {
    log.warn({ message: imported.message, session: session.path }, 'What gutools left could not be taken over')
    session.problems.set('import', imported.message)
  }
  try {
    redactFiles(session.paths)
  } catch (error) {
    log.warn({ error, session: session.path }, 'Passwords of gutools could not be taken out of etc/ and fp/')
    session.problems.set('import passwords', 'Files of gutools in etc/ and fp/ may still hold passwords in clear text.')
  }
  // What was not understood before its processes were known.
  session.readEdits()
  publish({ kind: 'session', session: sessionRowOf(session) })
}

function remarksOf(notes: readonly ImportNote[]): string[] {
  const shown = notes.slice(0, mostRemarks).map(({ file, line, what, reason }) => {
    const place = line === null ? file : `${file}, line ${line}`
    return `Taken over from gutools, but for ${place}: ${what}: ${reason.replace(/\.+$/, '')}.`
  })
  const rest = notes.length - shown.length
  return rest === 0
    ? shown
    : [...shown, `Taken over from gutools, but for ${rest} more remarks: see the log of the daemon.`]
}

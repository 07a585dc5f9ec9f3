import { lstatSync } from 'node:fs'
import { basename, join } from 'node:path'
import { dependenceKey } from '../../../shared/domain/dependence.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { foreignSizeLimit, readText } from '../importing/read-text.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { versionOf, watchFolder } from '../workspace/folder-watch.ts'
import { change } from './dependences.ts'
import type { Cause } from './engine.ts'
import { type EtcEdit, editOf } from './etc-edit.ts'
import { type EtcSettings, parseEtcFile } from './etc-file.ts'
import { parseSessionFile } from './etc-session.ts'
import type { OpenSession, Supervised } from './model.ts'
import { movedEnv, movedMatch, movedPath, movedReady, movedText, movedUri } from './moved-paths.ts'
import { mirror, redefine } from './recording.ts'
import { sessionRowOf } from './rows.ts'
import type { Supervision } from './supervision.ts'

/** Null: nothing is wrong with the file. */
type Problem = string | null

const lastGood = 'What was there before holds.'

/**
 * Watches `etc/*.yaml` of a session: what a person edits there changes definitions and dependences; what cannot be read
 * is a problem of the session, with its line, and the last good stays. The database is the authority: a file that is
 * older than it, or gone, is written again. A file that means what is stored is no edit, so our own writes are none.
 */
export function watchEtc(supervision: () => Supervision, session: OpenSession): void {
  if (session.readOnly !== null || session.store === null) return
  const input = new SessionEtc(supervision, session)
  const look = () => input.look()
  look()
  const watch = watchFolder(join(session.path, 'etc'), look)
  session.readEdits = look
  session.onClose.push(watch.close)
}

class SessionEtc {
  readonly #supervision: () => Supervision
  readonly #session: OpenSession
  /** Version of each file when it was last read. */
  readonly #seen = new Map<string, string>()
  /** Files that are where the link of an alias should be. */
  readonly #inTheWay = new Set<string>()

  constructor(supervision: () => Supervision, session: OpenSession) {
    this.#supervision = supervision
    this.#session = session
  }

  look(): void {
    const session = this.#session
    const before = JSON.stringify([...session.problems])
    const names = new Set<string>()
    for (const file of this.#inTheWay) session.problems.delete(file)
    this.#inTheWay.clear()
    for (const supervised of [...session.processes.values()]) {
      const path = session.paths.etc(supervised.name)
      names.add(path)
      this.#lookAt(path, (isFirst) => readProcess(this.#supervision(), supervised, path, isFirst))
      this.#lookAtLink(supervised)
    }
    const path = session.paths.etc('session')
    names.add(path)
    this.#lookAt(path, (isFirst) => readSession(this.#supervision(), session, path, isFirst))
    for (const known of this.#seen.keys()) if (!names.has(known)) this.#forget(known)
    if (JSON.stringify([...session.problems]) !== before) {
      this.#supervision().parts.publish({ kind: 'session', session: sessionRowOf(session) })
    }
  }

  #lookAt(path: string, read: (isFirst: boolean) => Problem): void {
    const seen = this.#seen.get(path)
    // What was wrong may be right by now without an edit: a process that was not there, a program that was missing.
    const version = versionOf(path)
    if (version === seen && !this.#session.problems.has(`etc/${basename(path)}`)) return
    this.#note(
      `etc/${basename(path)}`,
      this.#attempt(path, () => read(seen === undefined)),
    )
    // Of before the reading: whatever came after it, also from us, is read with the next look.
    this.#seen.set(path, version)
  }

  /** What the disk refuses is a problem as well; other exceptions must not end the watching. */
  #attempt(path: string, read: () => Problem): Problem {
    try {
      return read()
    } catch (error) {
      const { log } = this.#supervision().parts
      log.warn({ error, path }, 'An edited file could not be taken over')
      const isSystemError = error instanceof Error && 'code' in error
      return isSystemError
        ? fileFailure(error, `etc/${basename(path)} could not be taken over`).message
        : `etc/${basename(path)} could not be taken over; the log of the daemon says why.`
    }
  }

  #note(file: string, problem: Problem): void {
    if (problem === null) this.#session.problems.delete(file)
    else this.#session.problems.set(file, problem)
  }

  /** Some editors put a new file in the place of a link. */
  #lookAtLink({ name, definition: { alias } }: Supervised): void {
    const { paths } = this.#session
    if (alias === null || !(lstatSync(paths.etc(alias), { throwIfNoEntry: false })?.isFile() ?? false)) return
    if (paths.etc(alias) === paths.etc('session')) return
    const file = `etc/${alias}.yaml`
    this.#inTheWay.add(file)
    this.#note(file, `${file} is a file of its own and has no effect: edit etc/${name}.yaml, and remove it.`)
  }

  #forget(path: string): void {
    this.#seen.delete(path)
    this.#note(`etc/${basename(path)}`, null)
  }
}

const sentence = (file: string, line: number | null, problem: string): string => {
  const place = line === null ? `etc/${file}` : `etc/${file}, line ${line}`
  const text = problem.replace(/\.+$/, '')
  return `${place}: ${text}. ${lastGood}`
}

/** A file that was written before the database last changed did not get that change, for example because we died. */
function isStale(path: string, changedAt: number | null): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat?.isFile() === true && changedAt !== null && stat.mtimeMs < changedAt
}

function readProcess(supervision: Supervision, supervised: Supervised, path: string, isFirst: boolean): Problem {
  const { session, id } = supervised
  const file = basename(path)
  if (isFirst && isStale(path, session.store?.definitionChangedAt(id) ?? null)) {
    mirror(supervision, supervised)
    return null
  }
  const text = readText(path, foreignSizeLimit, 'nofollow')
  if (!text.ok && text.code === 'not_found') {
    if (isFirst) mirror(supervision, supervised)
    return null
  }
  if (!text.ok) return `${text.message} ${lastGood}`
  const parsed = parseEtcFile(text.value)
  if (!parsed.ok) return sentence(file, parsed.line, parsed.problem)
  const settings = here(parsed.settings, session)
  const { secretRef } = supervised.definition
  const { parts, handlers } = supervision
  const edit = editOf(supervised, settings, {
    secret: secretRef === null ? null : parts.secrets.process(secretRef),
    handlers: handlers(),
    path: parts.environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  })
  if (!edit.ok) return sentence(file, parsed.lineOf(edit.key), `${edit.key}: ${edit.message}`)
  take(supervision, supervised, edit.value, `etc/${file}`)
  // Also where nothing changed: a secret must not stay in the file, nor paths of where the workspace was.
  if (!saysAll(parsed.settings, supervised)) mirror(supervision, supervised)
  return null
}

/** Whether the file holds every setting as it is stored, in whatever words. */
function saysAll(settings: EtcSettings, { definition, session }: Supervised): boolean {
  const { alias, uri, argv, cwd, env, restart, restartLimit, shutdown, pty, stopSignal, graceMs, ready, match } =
    definition
  const stored: Required<EtcSettings> = {
    alias,
    uri,
    cmdline: argv,
    cwd,
    env,
    restart,
    restartLimit,
    shutdown,
    pty,
    stopSignal,
    graceMs,
    ready,
    match,
    realm: session.path,
  }
  return JSON.stringify(settings) === JSON.stringify(stored)
}

/**
 * Paths of a workspace that was moved as they are here. `realm` means the root only where we wrote the file: gutools
 * writes the path of the URI under that key, and no signal.
 */
function here(settings: EtcSettings, { path }: OpenSession): EtcSettings {
  const { realm, stopSignal, cmdline, cwd, uri, env, ready, match } = settings
  if (realm === undefined || realm === path || stopSignal === undefined) return settings
  const roots = { from: realm, to: path }
  return {
    ...settings,
    ...(cmdline && { cmdline: cmdline.map((element) => movedText(element, roots)) }),
    ...(cwd === undefined ? {} : { cwd: movedPath(cwd, roots) }),
    ...(uri === undefined ? {} : { uri: movedUri(uri, roots) }),
    ...(env && { env: movedEnv(env, roots) }),
    ...(ready && { ready: movedReady(ready, roots) }),
    ...(match && { match: movedMatch(match, roots) }),
  }
}

/** The secrets first: the file is only written redacted once they are safe. */
function take(supervision: Supervision, supervised: Supervised, { definition, secret }: EtcEdit, file: string): void {
  const { secrets, now } = supervision.parts
  const known = supervised.definition
  const present = known.secretRef === null ? null : secrets.process(known.secretRef)
  const isSameSecret = JSON.stringify(secret) === JSON.stringify(present)
  if (isSameSecret && JSON.stringify(definition) === JSON.stringify(known)) return
  const cause: Cause = { actor: 'user', why: `edited in ${file}` }
  if (secret !== null && definition.secretRef !== null) secrets.setProcess(definition.secretRef, secret)
  redefine(supervision, supervised, definition, cause)
  if (secret === null && known.secretRef !== null && definition.secretRef === null) secrets.remove(known.secretRef)
  const isSeen = JSON.stringify([known.argv, known.env]) !== JSON.stringify([definition.argv, definition.env])
  if (isSameSecret || isSeen) return
  // A new password looks like the old one, but the running program does not have it.
  const changed = JSON.stringify(secret?.argv) === JSON.stringify(present?.argv) ? 'env' : 'command'
  supervised.session.store?.addDefinitionChange(supervised.id, now(), cause.actor, [changed], cause.why)
  if (mayBeRunning(supervised.state.life)) supervised.definitionChanged = true
  supervision.engine.publish(supervised)
}

function readSession(supervision: Supervision, session: OpenSession, path: string, isFirst: boolean): Problem {
  const writeAgain = () => change(supervision, session, session.dependences, () => {})
  if (isFirst && isStale(path, session.store?.dependencesChangedAt() ?? null)) {
    writeAgain()
    return null
  }
  const text = readText(path, foreignSizeLimit, 'nofollow')
  if (!text.ok && text.code === 'not_found') {
    if (isFirst && session.dependences.length > 0) writeAgain()
    return null
  }
  if (!text.ok) return `${text.message} ${lastGood}`
  const parsed = parseSessionFile(text.value, session)
  if (!parsed.ok) return sentence('session.yaml', parsed.line, parsed.problem)
  const { dependences } = parsed
  if (dependences === null) return null
  const keys = (list: typeof dependences) => list.map(dependenceKey).sort().join('\n')
  if (keys(dependences) === keys(session.dependences)) return null
  const wanted = new Set(dependences.map(dependenceKey))
  const gone = session.dependences.filter((dependence) => !wanted.has(dependenceKey(dependence)))
  change(supervision, session, dependences, () => {
    for (const dependence of gone) session.store?.removeDependence(dependence)
    for (const dependence of dependences) session.store?.saveDependence(dependence)
  })
  return null
}

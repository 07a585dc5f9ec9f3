import { rmSync, statSync } from 'node:fs'
import type { OutputOf } from '../../../shared/contract/contract.ts'
import { programOf } from '../../../shared/domain/life.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { ProcessHost } from '../host/port.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { type NamedFile, namedFiles } from '../workspace/files-of.ts'
import { parseRecordName } from '../workspace/layout.ts'
import type { OpenSession, Supervised } from './model.ts'
import type { Supervision } from './supervision.ts'

type Report = OutputOf<'sessions.gc'>
type Garbage = { readonly path: string; readonly reason: string }

/** The history of a year is kept: long enough to look back at, short enough to stay small. */
const eventsKeptMs = 365 * 24 * 3600 * 1000

/**
 * Removes what belongs to nothing any more: fingerprints, pids and run records without their process, records of runs
 * that are stored, and old history. Logs, definitions and databases are a person's and stay. `dryRun` only tells.
 */
export async function collectGarbage(
  supervision: Supervision,
  session: OpenSession,
  dryRun: boolean,
): Promise<Result<Report>> {
  const { hosts } = supervision.parts
  const found = await Promise.all(namedFiles(session.paths).map((file) => garbageOf(hosts.local, session, file)))
  const garbage = found.flat()
  const before = supervision.parts.now() - eventsKeptMs
  try {
    const removed = garbage.map((item) => ({
      ...item,
      bytes: statSync(item.path, { throwIfNoEntry: false })?.size ?? 0,
    }))
    if (!dryRun) for (const { path } of garbage) rmSync(path, { force: true })
    const events = dryRun
      ? (session.store?.countEventsBefore(before) ?? 0)
      : (session.store?.removeEventsBefore(before) ?? 0)
    return success({ removed, events })
  } catch (error) {
    return fileFailure(error, `Could not remove files of ${session.path}`)
  }
}

async function garbageOf(host: ProcessHost, session: OpenSession, file: NamedFile): Promise<Garbage[]> {
  const { path } = file
  switch (file.folder) {
    case 'pid': {
      const record = parseRecordName(file.file)
      if (record !== null) return recordGarbage(host, session, path, record)
      if (!file.file.endsWith('.pid')) return []
      const owner = ownersOf(session, file).find(({ name }) => file.file === `${name}.pid`)
      if (!owner) return [{ path, reason: 'no process has this name' }]
      return programOf(owner.state.life) === null ? [{ path, reason: `${owner.name} does not run` }] : []
    }
    case 'fp': {
      if (!/\.(yaml|fp)$/.test(file.file)) return []
      const owners = ownersOf(session, file)
      if (owners[0] === undefined) return [{ path, reason: 'no process has this name' }]
      const labelFor = ({ name }: Supervised) => file.file.slice(name.length + 1).replace(/\.(yaml|fp)$/, '')
      const isSaved = owners.some((owner) => owner.states.some((state) => state.label === labelFor(owner)))
      return isSaved ? [] : [{ path, reason: `${owners[0].name} has no state ${labelFor(owners[0])}` }]
    }
    case 'etc':
    case 'out':
    case 'err':
    case 'db':
      return []
  }
}

/** A record has done its work once its run is stored in the database; that of the latest run is still looked at. */
async function recordGarbage(
  host: ProcessHost,
  session: OpenSession,
  path: string,
  record: { name: string; run: number },
): Promise<Garbage[]> {
  const owner = [...session.processes.values()].find(({ name }) => name === record.name)
  const { program } = host.readRecord(path)
  // Of a process that was detached: its end is still to be written there.
  if (program !== null && program.identity.bootId === host.bootId) {
    const [sight] = await host.look([program.identity])
    if (sight !== 'gone') return []
  }
  if (!owner) return [{ path, reason: 'no process has this name' }]
  return record.run < owner.state.run ? [{ path, reason: 'the run is over and stored' }] : []
}

/** Whose file it may be, the likeliest first: a name with a dot in it may begin with another one's name. */
const ownersOf = (session: OpenSession, { file }: NamedFile): Supervised[] =>
  [...session.processes.values()]
    .filter(({ name }) => file.startsWith(`${name}.`))
    .sort((one, other) => other.name.length - one.name.length)

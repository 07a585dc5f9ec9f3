import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import {
  type EarlierOutput,
  type ImportNote,
  type ImportPlan,
  type PlannedProcess,
  type PlannedState,
  plainProcess,
} from '../../../shared/domain/import-plan.ts'
import { argvOfUri, parseProcessUri } from '../../../shared/domain/process-uri.ts'
import { failure, type Result } from '../../../shared/domain/result.ts'
import { createAliases } from './aliases.ts'
import { finishPlan } from './finish-plan.ts'
import { type ProcessTable, type ProcessTableRow, readProcessTable } from './gutools-database.ts'
import { readDependences } from './gutools-dependences.ts'
import { type EtcRecord, readEtc } from './gutools-etc.ts'
import { readFingerprints } from './gutools-fingerprints.ts'
import { type GutoolsFolder, openGutoolsFolder } from './gutools-folder.ts'
import type { Note } from './notes.ts'
import { parseNumberFlag, parseRestart } from './restart-words.ts'

/**
 * Reads the working folder of a gutools session: etc/, db/session.db and fp/, nothing outside of it. What a person edits
 * (command line, restart, shutdown) counts as etc says, what must be unique (alias) as the database says. Names are kept.
 * URIs hold their passwords, as gutools wrote them.
 */
export function readGutools(path: string): Result<ImportPlan> {
  const root = realpathSync(path)
  const notes: ImportNote[] = []
  const folder = openGutoolsFolder(root, notes)
  const table = readProcessTable(folder)
  if (table.kind === 'ours') {
    return failure(
      'conflict',
      `${path} is a session of Procession already.`,
      'Write it to a file with: procession session export, then import that file',
    )
  }
  const processes = collect(folder, table)
  const references = new Map<string, string>()
  for (const { plan, oldAlias } of processes) {
    const reference = plan.alias ?? plan.name ?? ''
    if (oldAlias !== null) references.set(oldAlias, reference)
    references.set(plan.name ?? '', reference)
  }
  const dependences = readDependences(folder, (name) => references.get(name) ?? null)
  const plans = processes.map(({ plan }) => plan)
  return finishPlan(path, {
    format: 'gutools',
    processes: plans,
    dependences,
    notes,
    earlierOutput: plans.flatMap(({ name }) => outputOf(folder, name ?? '')),
  })
}

type Collected = { readonly plan: PlannedProcess; readonly oldAlias: string | null }

function collect(folder: GutoolsFolder, table: ProcessTable): Collected[] {
  const etc = readEtc(folder)
  const rows = new Map(table.kind === 'rows' ? table.rows.map((row) => [row.name, row]) : [])
  const databaseNote = folder.noteIn('db/session.db')
  const inEtc = new Set(etc.map(({ name }) => name))
  const known = new Set([...inEtc, ...rows.keys()])
  noteNameless(table, etc, databaseNote)
  const states = readFingerprints(folder, known)
  const aliasOf = createAliases()
  const sources = [
    ...etc.map((record) => ({ record, row: rows.get(record.name) ?? null, note: record.note })),
    ...[...rows.values()]
      .filter(({ name }) => !inEtc.has(name))
      .map((row) => ({ record: null, row, note: databaseNote })),
  ]
  return sources.flatMap(({ record, row, note }) => {
    const plan = planOf(record, row, states, folder.root, note)
    const oldAlias = row?.alias ?? record?.alias ?? null
    const alias = oldAlias === null ? null : aliasOf(oldAlias, record?.line ?? null, note)
    return plan ? [{ plan: { ...plan, alias }, oldAlias }] : []
  })
}

function noteNameless(table: ProcessTable, etc: readonly EtcRecord[], note: Note): void {
  for (const alias of table.kind === 'rows' ? table.nameless : []) {
    const isElsewhere = etc.some((record) => record.alias === alias)
    note(
      null,
      alias,
      `a row without a name, as attach by alias leaves it: ${isElsewhere ? 'taken from etc/' : 'its process is lost'}`,
    )
  }
}

function planOf(
  record: EtcRecord | null,
  row: ProcessTableRow | null,
  states: ReadonlyMap<string, PlannedState[]>,
  root: string,
  note: Note,
): PlannedProcess | null {
  const name = record?.name ?? row?.name ?? ''
  const uri = record?.uri ?? row?.uri ?? null
  const line = record?.line ?? null
  // The supervisor of gutools itself; here the daemon is that.
  if (uri?.startsWith('session://')) return null
  const command = commandOf(uri, record?.cmdline ?? null, name, line, note)
  return (
    command && {
      ...plainProcess,
      ...command,
      name,
      // Where gutools ran, and so every relative path of a command line.
      cwd: root,
      restart: record?.restart ?? (row?.restart ? parseRestart(row.restart) : null),
      shutdown: record?.shutdown ?? (row?.shutdown ? parseNumberFlag(row.shutdown) : null),
      states: states.get(name) ?? [],
      line,
    }
  )
}

type Command = Pick<PlannedProcess, 'uri' | 'argv'>

/** The URI alone, where it says the same as the command line; the command line of what was attached. */
function commandOf(
  uri: string | null,
  cmdline: readonly string[] | null,
  name: string,
  line: number | null,
  note: Note,
): Command | null {
  if (uri === null || uri.startsWith('attached://')) {
    if (cmdline === null) note(line, name, 'neither a URI nor a command line, so there is nothing to start')
    return cmdline && { uri: null, argv: cmdline }
  }
  const parsed = parseProcessUri(uri)
  if (!parsed.ok || parsed.value.scheme !== 'exec') {
    if (!parsed.ok && cmdline === null) note(line, name, 'its URI cannot be read, and there is no command line')
    if (!parsed.ok) return cmdline && { uri: null, argv: cmdline }
    // Run by a handler of that scheme.
    return { uri, argv: null }
  }
  const argv = argvOfUri(parsed.value)
  const isHere = ['', 'localhost', '127.0.0.1', '[::1]'].includes(parsed.value.host)
  if (!isHere) note(line, name, 'gutools ran it on this machine, whatever host its URI names')
  const words = cmdline ?? (argv.ok ? argv.value : null)
  if (words === null) note(line, name, 'its URI is not the absolute path of a program, and there is no command line')
  const isSame = argv.ok && words !== null && JSON.stringify(words) === JSON.stringify(argv.value)
  return words && { uri, argv: isSame && isHere ? null : words }
}

/** gutools writes `err/<name>.err` and documents `err/<name>.out`. */
function outputOf(folder: GutoolsFolder, name: string): EarlierOutput[] {
  const files = [
    { stream: 'out', folder: 'out', file: `${name}.out` },
    { stream: 'err', folder: 'err', file: `${name}.err` },
    { stream: 'err', folder: 'err', file: `${name}.out` },
  ] as const
  return files.flatMap(({ stream, folder: inFolder, file }) => {
    const bytes = folder.size(inFolder, file) ?? 0
    return bytes > 0 ? [{ name, stream, path: join(folder.root, inFolder, file), bytes }] : []
  })
}

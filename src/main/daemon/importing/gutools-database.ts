import { join } from 'node:path'
import Database from 'better-sqlite3'
import { mostProcesses } from './finish-plan.ts'
import { type GutoolsFolder, namePattern } from './gutools-folder.ts'

/** One row of `u_process`; whatever type a column has, and it has none, comes as text. */
export type ProcessTableRow = {
  readonly name: string
  readonly alias: string | null
  readonly uri: string | null
  readonly restart: string | null
  readonly shutdown: string | null
}

export type ProcessTable =
  | { readonly kind: 'rows'; readonly rows: readonly ProcessTableRow[]; readonly nameless: readonly string[] }
  /** No database, or one that cannot be read, which has a note. */
  | { readonly kind: 'none' }
  /** The database of a session of Procession. */
  | { readonly kind: 'ours' }

const file = 'db/session.db'
/** Names become names of files. */
const wholeName = new RegExp(`^${namePattern}$`)
const columns = ['name', 'alias', 'uri', 'restart', 'shutdown'] as const
/** How long another program's lock is waited for, milliseconds. */
const busyTimeoutMs = 1000
/** Larger than any text that a row of gutools has. */
const longestText = 65_536

/** Reads the only table of gutools. `nameless` are the aliases of rows that its attach by alias left without a name. */
export function readProcessTable(folder: GutoolsFolder): ProcessTable {
  const size = folder.size('db', 'session.db')
  if (size === null || size === 0) return { kind: 'none' }
  let database: Database.Database | null = null
  try {
    database = new Database(join(folder.root, file), { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
    database.pragma('trusted_schema = OFF')
    const tables = database.prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`).all()
    const names = tables.map(({ name }) => name)
    if (names.includes('u_process')) return readRows(database, folder)
    if (names.includes('processes')) return { kind: 'ours' }
    folder.noteIn(file)(null, 'u_process', 'the database does not have this table')
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    folder.noteIn(file)(null, 'database', `cannot be read: ${error.code}`)
  } finally {
    database?.close()
  }
  return { kind: 'none' }
}

function readRows(database: Database.Database, folder: GutoolsFolder): ProcessTable {
  const there = new Set(
    database
      .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('u_process')`)
      .all()
      .map(({ name }) => name),
  )
  // As text, cut and counted: a damaged or hostile file must not fill the memory.
  const selected = columns.map((column) =>
    there.has(column) ? `substr(CAST(${column} AS TEXT), 1, ${longestText}) AS ${column}` : `NULL AS ${column}`,
  )
  const rows = database
    .prepare<[], Record<(typeof columns)[number], string | null>>(
      `SELECT ${selected.join(', ')} FROM u_process LIMIT ${mostProcesses + 1}`,
    )
    .all()
  const note = folder.noteIn(file)
  const nameless: string[] = []
  const named: ProcessTableRow[] = []
  for (const row of rows) {
    if (row.name !== null && wholeName.test(row.name)) named.push({ ...row, name: row.name })
    else if (row.name !== null) note(null, 'a row', 'its name is not of the form adjective-noun')
    else if (row.alias === null) note(null, 'a row', 'neither a name nor an alias, as gutools leaves it')
    else nameless.push(row.alias)
  }
  return { kind: 'rows', rows: named, nameless }
}

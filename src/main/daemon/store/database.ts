import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

export type Migration = { readonly name: string; readonly sql: string }

/** Numbered SQL files, in the order of their names. */
const migrationsOf = (files: Record<string, string>): readonly Migration[] =>
  Object.entries(files)
    .map(([path, sql]) => ({ name: path.slice(path.lastIndexOf('/') + 1), sql }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))

export const sessionMigrations = migrationsOf(
  import.meta.glob<string>('./migrations/session/*.sql', { query: '?raw', import: 'default', eager: true }),
)

export const homeMigrations = migrationsOf(
  import.meta.glob<string>('./migrations/home/*.sql', { query: '?raw', import: 'default', eager: true }),
)

/** Raised for a file written by a newer Procession; its message names both versions. */
export class NewerDatabaseError extends Error {}

/** How long one statement waits for another program's lock on the file, milliseconds. */
const busyTimeoutMs = 3000

/**
 * Opens (and creates, unless `readonly`) a database and brings its schema to the newest version in one transaction.
 * Throws SqliteError when the file cannot be opened or is damaged, NewerDatabaseError when it is too new.
 */
export function openDatabase(
  path: string,
  migrations: readonly Migration[],
  options: { readonly?: boolean } = {},
): Database.Database {
  const database = new Database(path, { readonly: options.readonly ?? false, timeout: busyTimeoutMs })
  try {
    // Write-ahead logging needs shared memory between the users of the file, which network file systems lack.
    if (!options.readonly) database.pragma(`journal_mode = ${isLocalFileSystem(path) ? 'WAL' : 'DELETE'}`)
    database.pragma('foreign_keys = ON')
    // Survives the death of the daemon. After a power cut the last commits may be missing, but then no process that
    // they speak of is alive either, so no second copy can follow from it.
    database.pragma('synchronous = NORMAL')
    if (options.readonly) checkVersion(database, path, migrations)
    else migrate(database, path, migrations)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function checkVersion(database: Database.Database, path: string, migrations: readonly Migration[]): number {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > migrations.length) {
    throw new NewerDatabaseError(
      `${path} has schema version ${version}, this Procession knows versions up to ${migrations.length}`,
    )
  }
  return version
}

function migrate(database: Database.Database, path: string, migrations: readonly Migration[]): void {
  if (checkVersion(database, path, migrations) === migrations.length) return
  database
    .transaction(() => {
      // Read again inside the transaction: another program may have migrated meanwhile.
      for (const migration of migrations.slice(checkVersion(database, path, migrations))) database.exec(migration.sql)
      database.pragma(`user_version = ${migrations.length}`)
    })
    .immediate()
}

/** Magic numbers of network file systems, from statfs(2). */
const networkFileSystems = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x517b, 0x01021997, 0x65735546, 0x0bd00bd0])

function isLocalFileSystem(path: string): boolean {
  return !networkFileSystems.has(statfsSync(dirname(path)).type)
}

/** The schema as SQL text, for the snapshot test. */
export function schemaOf(database: Database.Database): string {
  const rows = database
    .prepare<[], { sql: string }>(`SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name`)
    .all()
  return `${rows.map((row) => `${row.sql};`).join('\n\n')}\n`
}

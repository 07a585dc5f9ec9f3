import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'

/** How long a lock of gutools is waited for, milliseconds. */
const busyTimeoutMs = 1000

/**
 * Whether the file at `path` is the database of a gutools session, which has the same place as ours: it has the table
 * `u_process` and none of ours. False for what is missing or no database at all.
 */
export function isOriginalDatabase(path: string): boolean {
  if (!existsSync(path)) return false
  let database: Database.Database | null = null
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
    const rows = database.prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`).all()
    const tables = new Set(rows.map(({ name }) => name))
    return tables.has('u_process') && !tables.has('meta')
  } catch (error) {
    if (error instanceof Database.SqliteError) return false
    throw error
  } finally {
    database?.close()
  }
}

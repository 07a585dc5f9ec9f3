import Database from 'better-sqlite3'
import { failure, type Result, success } from '../../../shared/domain/result.ts'

/** Who holds a lock: enough to name it to a person and to prove that it is alive. */
export type LockHolder = {
  readonly hostname: string
  readonly bootId: string
  readonly pid: number
  readonly startTime: string
  readonly home: string
}

export type HeldLock = { release(): void }

/**
 * Takes the exclusive lock file at `path` for the life of this process. The file is a small SQLite database whose
 * reserved lock is held: the kernel gives it back however the holder dies, so a stale one never has to be guessed at,
 * and others can still read who holds it. A held lock is the failure `conflict`, with the holder in `holder`.
 */
export function acquireLock(path: string, self: LockHolder): Result<HeldLock> | LockRefusal {
  const database = new Database(path, { timeout: 0 })
  try {
    database.pragma('journal_mode = DELETE')
    if (!begin(database)) return refuse(database)
    database.exec(
      'CREATE TABLE IF NOT EXISTS holder (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), json TEXT NOT NULL) STRICT',
    )
    database.prepare('INSERT OR REPLACE INTO holder (only_one, json) VALUES (1, ?)').run(JSON.stringify(self))
    database.exec('COMMIT')
    // The commit gave the lock back for a moment: whoever came in between has replaced the holder.
    if (!begin(database)) return refuse(database)
    const holder = readHolder(database)
    if (holder?.pid !== self.pid || holder.startTime !== self.startTime) return refuse(database)
  } catch (error) {
    database.close()
    if (isBusy(error)) return { ...failure('conflict', `${path} is locked by another program`), holder: null }
    throw error
  }
  return success({
    release: () => {
      database.exec('ROLLBACK')
      database.close()
    },
  })
}

export type LockRefusal = ReturnType<typeof failure> & { readonly holder: LockHolder | null }

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED')

function begin(database: Database.Database): boolean {
  try {
    database.exec('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    if (isBusy(error)) return false
    throw error
  }
}

function readHolder(database: Database.Database): LockHolder | null {
  const row = database.prepare<[], { json: string }>('SELECT json FROM holder').get()
  return row ? (JSON.parse(row.json) as LockHolder) : null
}

function refuse(database: Database.Database): LockRefusal {
  let holder: LockHolder | null = null
  try {
    holder = readHolder(database)
  } catch {
    // The other side is just creating the table: it holds the lock, its name comes a moment later.
  }
  database.close()
  const name = holder ? `pid ${holder.pid} on ${holder.hostname} (home ${holder.home})` : 'another program'
  return { ...failure('conflict', `Held by ${name}`), holder }
}

import type Database from 'better-sqlite3'

/** Everything that is read from and written to `procession.db`. All calls are synchronous and throw SqliteError. */
export type HomeStore = ReturnType<typeof createHomeStore>

export function createHomeStore(database: Database.Database) {
  const selectSessions = database.prepare<[], { path: string }>('SELECT path FROM sessions ORDER BY created_at, path')
  const selectPath = database.prepare<[string], { path: string }>('SELECT path FROM sessions WHERE id = ?')
  const selectConfirmed = database.prepare<[string], { confirmed: number }>(
    'SELECT confirmed FROM sessions WHERE id = ?',
  )
  const updateConfirmed = database.prepare('UPDATE sessions SET confirmed = ? WHERE id = ?')
  const upsertSession = database.prepare(`INSERT INTO sessions (id, path, created_at, confirmed)
    VALUES (@id, @path, @at, @confirmed)
    ON CONFLICT (path) DO UPDATE SET id = @id
    ON CONFLICT (id) DO UPDATE SET path = @path`)
  const insertKey = database.prepare('INSERT INTO web_keys (hash, created_at, expires_at) VALUES (?, ?, ?)')
  const selectKey = database.prepare<[string, number], { hash: string }>(
    'SELECT hash FROM web_keys WHERE hash = ? AND expires_at > ?',
  )
  const deleteOldKeys = database.prepare('DELETE FROM web_keys WHERE expires_at <= ?')

  return {
    /** Absolute paths of the workspaces that this home supervises, oldest first. */
    sessionPaths: (): string[] => selectSessions.all().map((row) => row.path),
    /** Where the session with this id was last; null for one that this home does not know. */
    pathOfSession: (id: string): string | null => selectPath.get(id)?.path ?? null,
    /** A workspace that was moved keeps its id and gets its new path. */
    rememberSession(id: string, path: string, at: number, confirmed: boolean): void {
      upsertSession.run({ id, path, at, confirmed: confirmed ? 1 : 0 })
    },
    /** Whether a person has agreed that this session runs things here; null for one that this home does not know. */
    isConfirmed(id: string): boolean | null {
      const row = selectConfirmed.get(id)
      return row ? row.confirmed !== 0 : null
    },
    setConfirmed(id: string, confirmed: boolean): void {
      updateConfirmed.run(confirmed ? 1 : 0, id)
    },
    addWebKey(hash: string, at: number, expiresAt: number): void {
      deleteOldKeys.run(at)
      insertKey.run(hash, at, expiresAt)
    },
    hasWebKey: (hash: string, at: number): boolean => selectKey.get(hash, at) !== undefined,
    close: (): void => {
      database.close()
    },
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { homeMigrations, NewerDatabaseError, openDatabase, schemaOf, sessionMigrations } from './database.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-database-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test.each([
  ['session', sessionMigrations],
  ['home', homeMigrations],
] as const)('the %s schema is the committed snapshot', async (name, migrations) => {
  const database = openDatabase(join(folder, 'x.db'), migrations)
  await expect(schemaOf(database)).toMatchFileSnapshot(`./schema.${name}.sql`)
  const tables = database.prepare<[], { name: string; strict: number }>('PRAGMA table_list').all()
  expect(tables.filter((table) => !table.name.startsWith('sqlite_') && table.strict === 0)).toEqual([])
  database.close()
})

test('opening twice changes nothing, a newer file is refused by name', () => {
  const path = join(folder, 'x.db')
  openDatabase(path, sessionMigrations).close()
  openDatabase(path, sessionMigrations).close()
  const raw = new Database(path)
  raw.pragma('user_version = 99')
  raw.close()
  expect(() => openDatabase(path, sessionMigrations)).toThrow(NewerDatabaseError)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { openDatabase, sessionMigrations } from './database.ts'
import { isOriginalDatabase } from './original-database.ts'

test('tells the database of gutools from ours and from anything else, and changes none', () => {
  const folder = fileTree({ text: 'x'.repeat(9000), empty: '' })
  const original = join(folder, 'original.db')
  const database = new Database(original)
  database.exec('CREATE TABLE u_process (name PRIMARY KEY, alias UNIQUE)')
  database.close()
  const before = readFileSync(original)
  expect(isOriginalDatabase(original)).toBe(true)
  expect(readFileSync(original)).toEqual(before)

  const ours = join(folder, 'ours.db')
  openDatabase(ours, sessionMigrations).close()
  expect(isOriginalDatabase(ours)).toBe(false)
  for (const name of ['text', 'empty', 'missing']) expect(isOriginalDatabase(join(folder, name)), name).toBe(false)
})

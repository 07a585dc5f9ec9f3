import { randomUUID } from 'node:crypto'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../../files/make-folder.ts'
import { shimName, shimText } from '../../host/shim-text.ts'

/**
 * The path of the shim in `folder`, written there unless it already is. A version gets its own name and is renamed into
 * place whole, because dash reads a script while it runs it. Throws what the file system throws.
 */
export function ensureShim(folder: string): string {
  const path = join(folder, shimName)
  if (existsSync(path)) return path
  makeFolder(folder, 0o700)
  const temporary = `${path}.${randomUUID()}`
  writeFileSync(temporary, shimText, { mode: 0o700 })
  renameSync(temporary, path)
  return path
}

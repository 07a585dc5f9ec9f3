import { createHash, randomUUID } from 'node:crypto'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../../files/make-folder.ts'
import shimText from './shim.sh?raw'

/** Sixteen digits of the hash: enough to tell versions of one small file apart. */
const hashLength = 16
const shimName = `shim-${createHash('sha256').update(shimText).digest('hex').slice(0, hashLength)}.sh`

/** A shim of this or of another version or home: `SHELL .../shim-HASH.sh RECORD PROGRAM ...`. */
const shimPath = /\/shim-[0-9a-f]{16}\.sh$/

/** Only the text; the program itself shows the same command line between its fork and its exec. */
export const isShimCommand = (argv: readonly string[]): boolean => shimPath.test(argv[1] ?? '')

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

import { dirname, relative, resolve } from 'node:path'
import type { ImportNote } from '../../../shared/domain/import-plan.ts'
import { parseEnvFile } from './env-file.ts'
import { noteIn } from './notes.ts'
import { foreignSizeLimit, readText } from './read-text.ts'
import type { Variables } from './variables.ts'

/**
 * The variables of an env file named in, or lying beside, the file `path`. A `.env` that does not exist is none; any
 * other that cannot be read is noted. Its lines are noted under its own name.
 */
export function readEnvFileBeside(path: string, file: string, notes: ImportNote[]): Variables {
  const folder = dirname(path)
  const envPath = resolve(folder, file)
  const note = noteIn(notes, relative(folder, envPath))
  const text = readText(envPath, foreignSizeLimit)
  if (text.ok) return parseEnvFile(text.value, note)
  if (text.code !== 'not_found' || file !== '.env') note(null, 'environment file', text.message)
  return {}
}

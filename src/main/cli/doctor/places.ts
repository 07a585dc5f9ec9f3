import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'
import type { Places } from '../../carrier/places.ts'
import { type Check, ok, problem } from './check.ts'

/** Permission bits, chmod(2). */
const modeMask = 0o777
const fileMode = 0o600
const folderMode = 0o700

/** The home can be written, or made. */
export function checkHome(places: Places): Check {
  const existing = nearestExisting(places.home)
  try {
    accessSync(existing, constants.W_OK | constants.X_OK)
  } catch (error) {
    return problem(
      'home',
      `${places.home}: ${messageOf(error)}`,
      'Make it writable, or choose another with --home DIR.',
      true,
    )
  }
  if (!statSync(existing).isDirectory()) {
    return problem('home', `${existing} is not a folder`, 'Choose another home with --home DIR.', true)
  }
  return ok('home', existing === places.home ? places.home : `${places.home} (made at the first start)`, true)
}

/** The secrets file is ours and nobody else's: 0600 in a folder of 0700. */
export function checkSecrets(places: Places): Check {
  const folder = statSync(path.dirname(places.secrets), { throwIfNoEntry: false })
  const file = statSync(places.secrets, { throwIfNoEntry: false })
  if (file === undefined || folder === undefined) return ok('secrets file', 'no secrets stored yet', true)
  const own = process.getuid?.()
  if (own !== undefined && file.uid !== own) {
    return problem(
      'secrets file',
      `${places.secrets} belongs to user ${file.uid}`,
      `Run: chown ${own} ${places.secrets}`,
      true,
    )
  }
  if ((file.mode & modeMask) !== fileMode) {
    return problem('secrets file', `mode ${octal(file.mode)} instead of 600`, `Run: chmod 600 ${places.secrets}`, true)
  }
  if ((folder.mode & modeMask & ~folderMode) !== 0) {
    const name = path.dirname(places.secrets)
    return problem(
      'secrets file',
      `its folder has mode ${octal(folder.mode)} instead of 700`,
      `Run: chmod 700 ${name}`,
      true,
    )
  }
  return ok('secrets file', `${places.secrets}, mode 600`, true)
}

const octal = (mode: number): string => (mode & modeMask).toString(8)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function nearestExisting(folder: string): string {
  const exists = statSync(folder, { throwIfNoEntry: false }) !== undefined
  return exists || path.dirname(folder) === folder ? folder : nearestExisting(path.dirname(folder))
}

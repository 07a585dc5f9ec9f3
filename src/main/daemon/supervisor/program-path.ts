import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'

/** The absolute path of a program, searched like a shell does. */
export function resolveProgram(name: string, cwd: string, path: string): Result<string> {
  if (name === '') return failure('bad_input', 'The command line names no program.', 'Write it after --')
  if (name.includes('/')) return success(resolve(cwd, name))
  for (const folder of path.split(':')) {
    const candidate = join(folder, name)
    if (isAbsolute(candidate) && checkProgram(candidate) === null) return success(candidate)
  }
  return failure(
    'not_found',
    `Could not start ${name}: it was not found in PATH.`,
    'Check the spelling, or write its whole path',
  )
}

/** Why the program at this path cannot be started; null when it can. */
export function checkProgram(path: string): Failure | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return failure('not_found', `Could not start ${path}: it was not found.`, 'Check the path')
  if (!stat.isFile()) return failure('bad_input', `Could not start ${path}: it is not a program.`, 'Check the path')
  if (mayExecute(path, stat.mode)) return null
  return failure(
    'not_permitted',
    `Could not start ${path}: it may not be executed.`,
    `Make it executable with: chmod +x '${path}'`,
  )
}

function mayExecute(path: string, mode: number): boolean {
  // Some kernels let root pass access(2) for any file, but none executes one without a single x.
  if ((mode & 0o111) === 0) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Why no program can be started in this folder; null when it can. */
export function checkFolder(cwd: string): Failure | null {
  const stat = statSync(cwd, { throwIfNoEntry: false })
  if (stat?.isDirectory()) return null
  return failure('not_found', `The folder ${cwd} ${stat ? 'is not a folder' : 'does not exist'}.`, 'Check --cwd')
}

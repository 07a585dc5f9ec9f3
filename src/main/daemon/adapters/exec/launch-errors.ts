import { dirname } from 'node:path'
import { type Failure, failure } from '../../../../shared/domain/result.ts'
import { codeOf } from './identity.ts'

/** Failures of the machine itself, the same wherever they strike. */
function explainScarcity(doing: string, code: string): Failure | undefined {
  switch (code) {
    case 'EMFILE':
    case 'ENFILE':
      return failure('failed', `${doing}: too many files are open.`, 'Raise `ulimit -n`, or stop some processes.')
    case 'ENOSPC':
      return failure('failed', `${doing}: the disk is full.`, 'Free some space and start it again.')
    case 'EDQUOT':
      return failure('failed', `${doing}: your disk quota is used up.`, 'Free some space and start it again.')
    case 'ENOMEM':
      return failure('failed', `${doing}: there is not enough memory.`, 'Stop some processes and start it again.')
    case 'EAGAIN':
      return failure(
        'failed',
        `${doing}: the limit of processes is reached.`,
        'Stop some processes, or raise `ulimit -u` or the pids limit of the container.',
      )
    default:
      return undefined
  }
}

const otherwise = (doing: string, error: unknown): Failure =>
  failure('failed', `${doing}: ${error instanceof Error ? error.message : String(error)}.`)

/** `error` may also be the bare code. */
export function explainCwd(cwd: string, error: unknown): Failure {
  const doing = `Cannot start in ${cwd}`
  const code = typeof error === 'string' ? error : codeOf(error)
  switch (code) {
    case 'ENOENT':
      return failure('not_found', `${doing}: there is no such folder.`, 'Create it, or start in another folder.')
    case 'ENOTDIR':
      return failure('bad_input', `${doing}: it is not a folder.`, 'Start in a folder.')
    case 'EACCES':
      return failure('not_permitted', `${doing}: you may not enter it.`, 'Change its permissions, or start elsewhere.')
    default:
      return explainScarcity(doing, code) ?? otherwise(doing, error)
  }
}

/** A log or record file that could not be opened for appending. */
export function explainFile(path: string, error: unknown): Failure {
  const doing = `Cannot write ${path}`
  const code = codeOf(error)
  switch (code) {
    case 'ENOENT':
      return failure('not_found', `${doing}: there is no folder ${dirname(path)}.`, 'Create it and start again.')
    case 'EISDIR':
    case 'ENOTDIR':
    // A FIFO that nobody reads.
    case 'ENXIO':
      return failure('bad_input', `${doing}: something else is in its place.`, 'Move that away and start again.')
    case 'EACCES':
    case 'EPERM':
      return failure('not_permitted', `${doing}: permission denied.`, 'Make the file and its folder writable for you.')
    case 'EROFS':
      return failure(
        'not_permitted',
        `${doing}: the file system is read-only.`,
        'Move the session to a writable place.',
      )
    default:
      return explainScarcity(doing, code) ?? otherwise(doing, error)
  }
}

/** The script between us and the program could not be put in its place. */
export function explainShim(folder: string, error: unknown): Failure {
  const doing = `Cannot prepare ${folder}`
  const code = codeOf(error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return failure('not_permitted', `${doing}: permission denied.`, 'Make this folder writable for you.')
  }
  return explainScarcity(doing, code) ?? otherwise(doing, error)
}

/** The process itself could not be made. */
export function explainSpawn(shell: string, error: unknown): Failure {
  const doing = 'Cannot start a process'
  const code = codeOf(error)
  switch (code) {
    case 'E2BIG':
      return failure('bad_input', `${doing}: its arguments and environment are too long.`, 'Pass less, or use a file.')
    case 'ENOENT':
      return failure('not_found', `${doing}: ${shell} is missing, or its folder has just gone.`, 'Start it again.')
    case 'EACCES':
      return failure('not_permitted', `${doing}: ${shell} may not be run.`, 'Check the permissions of the shell.')
    default:
      return explainScarcity(doing, code) ?? otherwise(doing, error)
  }
}

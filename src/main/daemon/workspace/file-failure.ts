import { type Failure, failure } from '../../../shared/domain/result.ts'

type SystemError = NodeJS.ErrnoException

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && typeof (error as SystemError).code === 'string'

/**
 * An error of the file system in words: what failed, the path, why, what to do. Rethrows what is no system error, which
 * is a bug and not an expected failure.
 */
export function fileFailure(error: unknown, what: string): Failure {
  if (!isSystemError(error)) throw error
  const path = error.path === undefined ? '' : ` (${error.path})`
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return failure('not_permitted', `${what}: permission denied${path}.`, 'Choose a folder that you may write to')
    case 'EROFS':
      return failure('not_permitted', `${what}: the file system is read-only${path}.`, 'Choose another folder')
    case 'ENOTDIR':
    case 'EEXIST':
      return failure('bad_input', `${what}: a file is in the way${path}.`, 'Choose another folder, or move that file')
    case 'ENOENT':
      return failure('not_found', `${what}: a folder does not exist${path}.`, 'Check the path')
    case 'ENOSPC':
    case 'EDQUOT':
    case 'SQLITE_FULL':
      return failure('failed', `${what}: the disk is full${path}.`, 'Free some space, then try again')
    case 'ENAMETOOLONG':
      return failure('bad_input', `${what}: the path is too long${path}.`, 'Choose a shorter path')
    default:
      return failure('failed', `${what}: ${error.code}${path}.`, 'Check the disk and the path')
  }
}

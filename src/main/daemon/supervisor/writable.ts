import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { OpenSession } from './model.ts'

/** The session where it may be changed, else why not and what to do. */
export function writable(session: OpenSession): Result<OpenSession> {
  if (session.readOnly === null) return success(session)
  const { kind, message } = session.readOnly
  switch (kind) {
    case 'locked':
      return failure(
        'conflict',
        `${session.path} is read-only here: ${message}.`,
        message.startsWith('held by') ? 'Use that home, or stop its daemon' : 'Then try again',
      )
    case 'unsafe':
      return failure('not_permitted', `${session.path} is read-only: ${message}.`, 'Then try again')
    case 'missing':
      return failure('not_found', `${session.path} cannot be used: ${message}.`, 'Bring the folder back')
    case 'damaged':
      return failure('failed', `${session.path} cannot be used: ${message}.`, 'Restore these files from a backup')
    case 'full':
      return failure('failed', `${session.path} cannot be used: ${message}.`, 'Free some space, then try again')
    case 'copied':
      return failure(
        'conflict',
        `${session.path} cannot be used: ${message}.`,
        'Use that one, or remove db/session.db and db/session.lock here and make it a session of its own with init',
      )
  }
}

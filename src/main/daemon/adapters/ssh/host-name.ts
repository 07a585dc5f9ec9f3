import { failure, type Result, success } from '../../../../shared/domain/result.ts'

/** What ssh takes for a host: also `user@host` and IPv6 addresses. */
const hostName = /^[A-Za-z0-9_.@:%][A-Za-z0-9_.@:%-]*$/

/** Refuses what ssh could take for an option, or a shell for more than a word. */
export function checkHostName(name: string): Result<null> {
  if (hostName.test(name)) return success(null)
  return failure(
    'bad_input',
    `'${name}' is not the name of a host.`,
    'Names have letters, digits and _ . @ : % -, and do not start with -.',
  )
}

export const isHostName = (name: string): boolean => hostName.test(name)

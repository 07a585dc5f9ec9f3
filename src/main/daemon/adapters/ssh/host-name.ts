import { hostNamePattern } from '../../../../shared/domain/host.ts'
import { failure, type Result, success } from '../../../../shared/domain/result.ts'

/** Refuses what ssh could take for an option, or a shell for more than a word. */
export function checkHostName(name: string): Result<null> {
  if (hostNamePattern.test(name)) return success(null)
  return failure(
    'bad_input',
    `'${name}' is not the name of a host.`,
    'Names have letters, digits and _ . @ : % -, and do not start with -.',
  )
}

export const isHostName = (name: string): boolean => hostNamePattern.test(name)

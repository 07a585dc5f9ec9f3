/**
 * The closed table of expected failures. Each code maps to one exit code of the command line
 * (`exitCodeOf`) and, in the HTTP API, to one status.
 */
export const errorCodes = [
  'failed',
  'bad_input',
  'not_found',
  'timeout',
  'conflict',
  'ambiguous',
  'not_permitted',
  'unreachable',
  'unsupported',
  'version',
  'unknown_method',
  'disconnected',
  'cancelled',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** An expected failure: what failed and why in `message`, what to do in `hint` (may be empty). */
export type Failure = { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly hint: string }
export type Success<T> = { readonly ok: true; readonly value: T }
export type Result<T> = Success<T> | Failure

export const success = <T>(value: T): Success<T> => ({ ok: true, value })

export const failure = (code: ErrorCode, message: string, hint = ''): Failure => ({ ok: false, code, message, hint })

/** Ends an exhaustive `switch`; reaching it is a bug, hence the exception. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled variant: ${JSON.stringify(value)}`)
}

/** Exit codes of `bin/procession`: 0 ok, 1 failure, 2 usage, 3 not found, 4 timeout, 5 conflict, 6 not permitted, 7 unreachable. */
export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'failed':
    case 'unsupported':
    case 'cancelled':
    case 'internal':
    case 'unknown_method':
      return 1
    case 'bad_input':
      return 2
    case 'not_found':
      return 3
    case 'timeout':
      return 4
    case 'conflict':
    case 'ambiguous':
      return 5
    case 'not_permitted':
      return 6
    case 'unreachable':
    case 'version':
    case 'disconnected':
      return 7
    default:
      return assertNever(code)
  }
}

import { exitCodeOf, type Failure } from '../../shared/domain/result.ts'
import { errorJson } from './json.ts'
import type { Printer } from './printer.ts'

/** Says on standard error what failed, why and what to do. @returns the exit code that belongs to it */
export function reportFailure(failure: Failure, err: Printer, json: boolean): number {
  if (json) {
    err.json(errorJson(failure))
  } else {
    const [first = '', ...more] = failure.message.split('\n')
    err.line('procession: ', { text: first, style: 'red' })
    for (const line of more) err.line('  ', line)
    if (failure.hint !== '') for (const line of failure.hint.split('\n')) err.line('  ', line)
  }
  return exitCodeOf(failure.code)
}

import type { Readiness } from '../../../shared/domain/readiness.ts'
import { assertNever, type Failure, failure } from '../../../shared/domain/result.ts'
import { compileCondition } from '../conditions/condition.ts'

/** What is wrong with a readiness check; null when it can be asked. */
export function checkReadiness(ready: Readiness | null): Failure | null {
  if (ready === null) return null
  const { check } = ready
  switch (check.kind) {
    case 'port':
      return null
    case 'http':
      return isHttpUrl(check.url) ? null : failure('bad_input', `"${check.url}" is not an http or https URL.`)
    case 'log':
      return checkPattern(check.pattern)
    case 'command':
      return check.argv[0]?.startsWith('/')
        ? null
        : failure('bad_input', `The readiness command "${check.argv[0] ?? ''}" is not an absolute path.`)
    case 'expr': {
      const condition = compileCondition(check.expr)
      return condition.ok ? null : condition
    }
    default:
      return assertNever(check)
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function checkPattern(pattern: string): Failure | null {
  try {
    new RegExp(pattern, 'u')
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failure('bad_input', `The readiness pattern cannot be read. ${why}.`, 'Write a regular expression')
  }
}

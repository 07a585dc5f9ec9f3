import { localHostName } from '../../../shared/domain/host.ts'
import type { Readiness, ReadinessCheck } from '../../../shared/domain/readiness.ts'
import { assertNever, type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { redactArgv, redactUri } from '../../../shared/text/redact.ts'
import { compileCondition } from '../conditions/condition.ts'
import { resolveProgram } from './program-path.ts'

/** Where the program of a readiness command is looked for. */
export type CommandPlace = { readonly cwd: string; readonly path: string; readonly host: string }

/**
 * A readiness check as it is stored: its command with the whole path of the program, found like that of a process.
 * Failures: bad_input (it cannot be asked, or carries a secret), not_found (no such program in the path).
 */
export function readReadiness(ready: Readiness, place: CommandPlace): Result<Readiness> {
  const check = readCheck(ready.check, place)
  return check.ok ? success({ ...ready, check: check.value }) : check
}

function readCheck(check: ReadinessCheck, place: CommandPlace): Result<ReadinessCheck> {
  switch (check.kind) {
    case 'port':
      return success(check)
    case 'http':
      if (!isHttpUrl(check.url)) return failure('bad_input', `"${check.url}" is not an http or https URL.`)
      return redactUri(check.url) === check.url ? success(check) : carriesSecret('http')
    case 'log':
      return checkPattern(check.pattern) ?? success(check)
    case 'command':
      return readCommand(check.argv, place)
    case 'expr': {
      const condition = compileCondition(check.expr)
      return condition.ok ? success(check) : condition
    }
    default:
      return assertNever(check)
  }
}

function readCommand(argv: readonly string[], { cwd, path, host }: CommandPlace): Result<ReadinessCheck> {
  const [name = '', ...rest] = argv
  const shown = redactArgv(argv)
  if (argv.some((element, index) => element !== shown[index])) return carriesSecret('command')
  // On another machine its shell looks the name up.
  const program = host === localHostName ? resolveProgram(name, cwd, path) : success(name)
  if (program.ok) return success({ kind: 'command', argv: [program.value, ...rest] })
  return failure(
    program.code,
    `The program of the readiness command, "${name}", was not found in PATH.`,
    'Check the spelling, or write its whole path',
  )
}

/** What is asked is stored and shown as it is, and has no place among the secrets. */
const carriesSecret = (kind: 'http' | 'command'): Failure =>
  failure(
    'bad_input',
    `The readiness check (${kind}) carries a secret, and would show it to everybody.`,
    'Put the check into a script that reads the secret from its environment (--secret-env), and name the script: --ready command=PATH',
  )

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

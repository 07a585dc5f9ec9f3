import { failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { SshTarget } from './command-line.ts'
import { resolveCommand } from './command-line.ts'
import { explainSsh } from './explain-ssh.ts'
import { checkHostName } from './host-name.ts'
import { type Finished, runProgram } from './run-program.ts'

/** What ssh makes of a name. */
export type ResolvedHost = {
  /** `user@hostname:port`. */
  readonly address: string
  /** The first UserKnownHostsFile; null where there is none, as by `none`. */
  readonly knownHostsFile: string | null
}

/** `Match exec` in a configuration runs commands, which may hang. */
const resolveLimitMs = 10_000

/** The program that connects to hosts and whose configuration counts. */
export const sshProgram = 'ssh'

/**
 * Asks `ssh -G`, which contacts nobody. `sshConfig` is the absolute path of another configuration file, or null. Fails
 * with `bad_input` (no name of a host), `unsupported` (no ssh here) and `failed` (the configuration is wrong).
 */
export async function resolveHost(name: string, sshConfig: string | null): Promise<Result<ResolvedHost>> {
  const checked = checkHostName(name)
  if (!checked.ok) return checked
  return resolveTarget({ name, sshConfig, program: sshProgram })
}

export async function resolveTarget(target: SshTarget): Promise<Result<ResolvedHost>> {
  const finished = await runProgram(resolveCommand(target), AbortSignal.timeout(resolveLimitMs))
  if (finished.code !== 0) return explainFailure(target.name, finished)
  return success(parseResolved(finished.output))
}

export const noSsh = failure('unsupported', 'There is no ssh on this machine.', 'Install the OpenSSH client.')

function explainFailure(name: string, { isMissing, code, errors }: Finished): Result<never> {
  if (isMissing) return noSsh
  if (code === null) {
    return failure(
      'failed',
      `The ssh configuration of ${name} was not read within ${resolveLimitMs / 1000} s.`,
      `See what hangs with \`ssh -v -G ${name}\`, e.g. a command in \`Match exec\`.`,
    )
  }
  const { message, hint } = explainSsh(name, errors)
  return failure('failed', message, hint)
}

/** Reads the output of `ssh -G`: lines of a keyword in small letters and its value. */
export function parseResolved(output: string): ResolvedHost {
  const values = new Map<string, string>()
  for (const line of output.split('\n')) {
    const space = line.indexOf(' ')
    if (space > 0) values.set(line.slice(0, space), line.slice(space + 1).trim())
  }
  const host = values.get('hostname') ?? ''
  const bracketed = host.includes(':') ? `[${host}]` : host
  return {
    address: `${values.get('user') ?? ''}@${bracketed}:${values.get('port') ?? ''}`,
    knownHostsFile: firstFile(values.get('userknownhostsfile') ?? ''),
  }
}

/** ssh prints the list with `~` and the like replaced, and without quotes: paths with spaces cannot be told apart. */
function firstFile(list: string): string | null {
  const [file = ''] = list.split(/\s+/)
  return file.startsWith('/') && file !== '/dev/null' ? file : null
}

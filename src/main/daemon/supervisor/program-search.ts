import type { AttachInput } from '../../../shared/contract/contract.ts'
import { localHostName } from '../../../shared/domain/host.ts'
import { argvOfUri, parseProcessUri } from '../../../shared/domain/process-uri.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import type { ProcessDescription, ProcessHost } from '../host/port.ts'
import { hostOfUri } from './definition.ts'
import type { Supervision } from './supervision.ts'

/** A living program that a person pointed at; `uri` where they did so by URI. */
export type FoundProgram = {
  readonly description: ProcessDescription
  readonly uri: string | null
  /** Where it runs. */
  readonly host: ProcessHost
}

type ProgramReference = NonNullable<AttachInput['program']>

/** Separators, and the symbols that gutools leaves out of command lines. */
export const stripSymbols = (argv: readonly string[]): string => argv.join('').replaceAll(/[\s${}@#!-]/g, '')

/** The one program that the reference means. None is `not_found`, several are `ambiguous`. */
export async function findProgram(
  supervision: Supervision,
  reference: ProgramReference,
  hostName: string,
): Promise<Result<FoundProgram>> {
  if ('uri' in reference) return byUri(supervision, reference.uri)
  const host = await reachedHost(supervision, hostName)
  if (!host.ok) return host
  if ('pid' in reference) return byPid(host.value, reference.pid, null)
  const wanted = stripSymbols([reference.cmdline])
  if (wanted === '') return failure('bad_input', 'That command line has nothing to look for in it.')
  const programs = await host.value.programs()
  const pids = programs.filter(({ argv }) => stripSymbols(argv).startsWith(wanted)).map(({ identity }) => identity.pid)
  return onlyOne(host.value, pids, reference.cmdline, null)
}

async function byUri(supervision: Supervision, text: string): Promise<Result<FoundProgram>> {
  const uri = parseProcessUri(text)
  if (!uri.ok) return uri
  const argv = argvOfUri(uri.value, supervision.handlers(), { text, alias: null })
  if (!argv.ok) return argv
  const host = await reachedHost(supervision, hostOfUri(uri.value))
  if (!host.ok) return host
  const query = { argv: redactArgv(argv.value), exe: null, cwd: null, match: null }
  const candidates = await host.value.findCandidates(query, () => false)
  return onlyOne(
    host.value,
    candidates.map(({ identity }) => identity.pid),
    text,
    text,
  )
}

async function reachedHost({ parts }: Supervision, name: string): Promise<Result<ProcessHost>> {
  const reached = await parts.hosts.ensure(name)
  return reached.ok ? success(parts.hosts.host(name)) : reached
}

async function onlyOne(
  host: ProcessHost,
  pids: readonly number[],
  what: string,
  uri: string | null,
): Promise<Result<FoundProgram>> {
  const [first, ...others] = pids
  if (first === undefined) {
    return failure(
      'not_found',
      `process not found: nothing runs that looks like ${what}.`,
      'See what runs with: ps -ef',
    )
  }
  if (others.length === 0) return byPid(host, first, uri)
  return failure(
    'ambiguous',
    `too many matching processes (${pids.length}): ${pids.slice(0, 10).join(', ')}.`,
    'Name one with --pid',
  )
}

async function byPid(host: ProcessHost, pid: number, uri: string | null): Promise<Result<FoundProgram>> {
  const description = await host.describe(pid)
  if (description === null)
    return failure('not_found', `process not found: no program has the pid ${pid}.`, 'See what runs with: ps -ef')
  if (!host.isOurs(description)) {
    return failure(
      'not_permitted',
      `Pid ${pid} belongs to another user (uid ${description.uid}), whose programs can be neither looked into nor ended.`,
      'Attach it as that user',
    )
  }
  const isOwn = host.name === localHostName && (pid === process.pid || pid === process.ppid)
  if (description.isShim || isOwn || pid === 1) {
    return failure('not_permitted', `Pid ${pid} is needed for the supervision itself.`, 'Choose another program')
  }
  if (description.argv.length === 0) {
    return failure('bad_input', `Pid ${pid} shows no command line, so it could not be started again.`)
  }
  return success({ description, uri, host })
}

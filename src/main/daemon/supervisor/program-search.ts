import type { AttachInput } from '../../../shared/contract/contract.ts'
import { argvOfUri, parseProcessUri } from '../../../shared/domain/process-uri.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import type { ProcessDescription } from '../adapters/exec/port.ts'
import type { Supervision } from './supervision.ts'

/** A living program that a person pointed at; `uri` where they did so by URI. */
export type FoundProgram = { readonly description: ProcessDescription; readonly uri: string | null }

type ProgramReference = NonNullable<AttachInput['program']>

/** Separators, and the symbols that gutools leaves out of command lines. */
export const stripSymbols = (argv: readonly string[]): string => argv.join('').replaceAll(/[\s${}@#!-]/g, '')

/** The one program that the reference means. None is `not_found`, several are `ambiguous`. */
export async function findProgram(
  supervision: Supervision,
  reference: ProgramReference,
): Promise<Result<FoundProgram>> {
  if ('pid' in reference) return byPid(supervision, reference.pid, null)
  if ('uri' in reference) return byUri(supervision, reference.uri)
  const wanted = stripSymbols([reference.cmdline])
  if (wanted === '') return failure('bad_input', 'That command line has nothing to look for in it.')
  const programs = await supervision.parts.host.programs()
  const pids = programs.filter(({ argv }) => stripSymbols(argv).startsWith(wanted)).map(({ identity }) => identity.pid)
  return onlyOne(supervision, pids, reference.cmdline, null)
}

async function byUri(supervision: Supervision, text: string): Promise<Result<FoundProgram>> {
  const uri = parseProcessUri(text)
  if (!uri.ok) return uri
  const argv = argvOfUri(uri.value, supervision.handlers(), { text, alias: null })
  if (!argv.ok) return argv
  const query = { argv: redactArgv(argv.value), exe: null, cwd: null, match: null, uid: process.getuid?.() ?? 0 }
  const candidates = await supervision.parts.host.findCandidates(query, () => false)
  return onlyOne(
    supervision,
    candidates.map(({ identity }) => identity.pid),
    text,
    text,
  )
}

function onlyOne(
  supervision: Supervision,
  pids: readonly number[],
  what: string,
  uri: string | null,
): Result<FoundProgram> {
  const [first, ...others] = pids
  if (first === undefined) {
    return failure(
      'not_found',
      `process not found: nothing runs that looks like ${what}.`,
      'See what runs with: ps -ef',
    )
  }
  if (others.length === 0) return byPid(supervision, first, uri)
  return failure(
    'ambiguous',
    `too many matching processes (${pids.length}): ${pids.slice(0, 10).join(', ')}.`,
    'Name one with --pid',
  )
}

function byPid(supervision: Supervision, pid: number, uri: string | null): Result<FoundProgram> {
  const description = supervision.parts.host.describe(pid)
  if (description === null)
    return failure('not_found', `process not found: no program has the pid ${pid}.`, 'See what runs with: ps -ef')
  if (description.uid !== process.getuid?.()) {
    return failure(
      'not_permitted',
      `Pid ${pid} belongs to another user (uid ${description.uid}), whose programs can be neither looked into nor ended.`,
      'Attach it as that user',
    )
  }
  if (description.isShim || pid === process.pid || pid === process.ppid || pid === 1) {
    return failure('not_permitted', `Pid ${pid} is needed for the supervision itself.`, 'Choose another program')
  }
  if (description.argv.length === 0) {
    return failure('bad_input', `Pid ${pid} shows no command line, so it could not be started again.`)
  }
  return success({ description, uri })
}

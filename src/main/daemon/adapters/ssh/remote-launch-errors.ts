import { type Failure, failure } from '../../../../shared/domain/result.ts'
import type { RunSpec } from '../../host/port.ts'
import type { RemoteFiles } from './remote-places.ts'

/** Exit statuses of the script that launches, above those that shells use themselves. */
export const launchStatus = {
  late: 69,
  folder: 71,
  conflict: 72,
  log: 73,
  noCwd: 74,
  cwdNoFolder: 75,
  cwd: 76,
  record: 77,
  full: 78,
  variable: 79,
} as const

type Context = { readonly host: string; readonly spec: RunSpec; readonly remote: RemoteFiles }

/** What a launch that came to nothing failed of. `text` are the words of the shell there. */
export function explainLaunch(status: number, text: string, { host, spec, remote }: Context): Failure {
  const why = lastWords(text)
  const inFolder = `Cannot start in ${spec.cwd} on ${host}`
  switch (status) {
    case launchStatus.late:
      return failure('timeout', `${host} took too long to start it.`, 'Start it again.')
    case launchStatus.conflict:
      return failure(
        'conflict',
        `${remote.record} on ${host} already belongs to a run.`,
        'Start the process again: that makes a new run.',
      )
    case launchStatus.noCwd:
      return failure('not_found', `${inFolder}: there is no such folder.`, 'Create it, or start in another folder.')
    case launchStatus.cwdNoFolder:
      return failure('bad_input', `${inFolder}: it is not a folder.`, 'Start in a folder.')
    case launchStatus.cwd:
      return failure(
        'not_permitted',
        `${inFolder}: you may not enter it.`,
        'Change its permissions, or start elsewhere.',
      )
    case launchStatus.folder:
    case launchStatus.log:
    case launchStatus.record:
      return explainFile(host, text)
    case launchStatus.full:
      return explainFile(host, 'No space left on device')
    case launchStatus.variable:
      return failure('bad_input', `A variable of its environment cannot be set on ${host}: ${why}.`, 'Leave it out.')
    default:
      return explainShell(host, text)
  }
}

function explainFile(host: string, text: string): Failure {
  const doing = `Cannot write the logs and the record on ${host}`
  if (/no space/i.test(text)) {
    return failure('failed', `${doing}: the disk is full.`, 'Free some space there and start it again.')
  }
  if (/quota/i.test(text)) {
    return failure('failed', `${doing}: your disk quota is used up.`, 'Free some space there and start it again.')
  }
  return failure('not_permitted', `${doing}: ${lastWords(text)}.`, 'Make the folder writable for you there.')
}

/** bash says one thing twice, and the second time something else. */
function explainShell(host: string, text: string): Failure {
  const doing = `Cannot start a process on ${host}`
  if (/argument list too long/i.test(text)) {
    return failure('bad_input', `${doing}: its arguments and environment are too long.`, 'Pass less, or use a file.')
  }
  if (/cannot fork|resource temporarily/i.test(text)) {
    return failure(
      'failed',
      `${doing}: the limit of processes is reached.`,
      'Stop some processes, or raise `ulimit -u`.',
    )
  }
  return failure('failed', `${doing}: ${lastWords(text)}.`, 'Test the host: procession host test.')
}

/** The last line that says something, without the name of the shell and the line number before it. */
function lastWords(text: string): string {
  const line = text.split('\n').findLast((one) => one.trim() !== '') ?? 'it does not say why'
  return line
    .trim()
    .replace(/^\S*sh: (?:(?:line )?\d+: )?/, '')
    .replace(/\.$/, '')
}

import { hostname } from 'node:os'
import { localHostName } from '../../../shared/domain/host.ts'
import type { PlannedProcess } from '../../../shared/domain/import-plan.ts'
import { argvOfUri, parseProcessUri, uriOfArgv } from '../../../shared/domain/process-uri.ts'
import type { SchemeHandlers } from '../../../shared/domain/scheme-handlers.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { checkFolder, checkProgram, resolveProgram } from './program-path.ts'

/** Says what could not be taken over: what, and why. */
export type Say = (what: string, reason: string) => void

/** The real URI and command line of a process that is imported. */
export type ImportedCommand = { readonly uri: string; readonly argv: readonly string[] }

type Planned = Pick<PlannedProcess, 'uri' | 'argv' | 'alias'>

/**
 * What a planned process runs; null, said, for a URI that means nothing. Unlike at a start, what does not exist on this
 * machine is said and recorded all the same: it may be there later.
 */
export function importedCommand(
  planned: Planned,
  place: { readonly cwd: string; readonly path: string; readonly host: string; readonly handlers: SchemeHandlers },
  say: Say,
): ImportedCommand | null {
  const command =
    planned.uri === null ? typedCommand(planned, place, say) : uriCommand(planned, planned.uri, place, say)
  if (command === null || place.host !== localHostName) return command
  if (checkFolder(place.cwd)) say(`folder ${place.cwd}`, 'does not exist on this machine')
  const [program = ''] = command.argv
  if (program.startsWith('/') && !program.includes(redacted)) sayProgram(program, say)
  return command
}

function sayProgram(program: string, say: Say): void {
  const problem = checkProgram(program)
  if (problem?.code === 'not_found') say(`program ${program}`, 'does not exist on this machine')
  else if (problem?.code === 'not_permitted') say(`program ${program}`, 'may not be executed')
  else if (problem) say(`program ${program}`, 'is not a program')
}

function typedCommand(
  { argv, alias }: Planned,
  { cwd, path }: { readonly cwd: string; readonly path: string },
  say: Say,
): ImportedCommand | null {
  const [name = '', ...rest] = argv ?? []
  if (name === '') return null
  const found = resolveProgram(name, cwd, path)
  if (!found.ok) say(`program ${name}`, 'does not exist on this machine')
  const words = [found.ok ? found.value : name, ...rest]
  const uri = uriOfArgv(found.ok ? words : [`/${name}`, ...rest])
  return { uri: `${uri}${alias === null ? '' : `#${alias}`}`, argv: words }
}

type UriPlace = { readonly host: string; readonly handlers: SchemeHandlers }

function uriCommand(
  planned: Planned,
  text: string,
  { handlers, host: machine }: UriPlace,
  say: Say,
): ImportedCommand | null {
  if (planned.argv !== null && planned.argv.length > 0) return { uri: text, argv: planned.argv }
  const uri = parseProcessUri(text)
  if (!uri.ok) {
    say('uri', uri.message)
    return null
  }
  const argv = argvOfUri(uri.value, handlers, { text, alias: planned.alias })
  if (argv.ok) {
    const { scheme, host } = uri.value
    if (
      machine === localHostName &&
      scheme === 'exec' &&
      !['', 'localhost', '127.0.0.1', '[::1]', hostname()].includes(host)
    ) {
      say(`host ${host}`, 'is not this machine, where it will run all the same')
    }
    return { uri: text, argv: argv.value }
  }
  say('uri', `${argv.message} ${argv.hint}`)
  // Kept with its URI as the command, which cannot be started: once there is a handler, a start with the URI mends it.
  return Object.hasOwn(handlers, uri.value.scheme) || uri.value.scheme === 'exec' ? null : { uri: text, argv: [text] }
}

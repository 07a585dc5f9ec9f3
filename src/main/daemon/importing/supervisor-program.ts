import { resolve } from 'node:path'
import { type PlannedProcess, plainProcess } from '../../../shared/domain/import-plan.ts'
import type { RestartLimit, RestartPolicy } from '../../../shared/domain/restart.ts'
import { splitWords } from '../../../shared/text/shell-words.ts'
import { longestMs, millisecondsOf } from './durations.ts'
import { mostProcesses } from './finish-plan.ts'
import type { IniSection } from './ini.ts'
import type { Note } from './notes.ts'
import { formatPython } from './python-format.ts'
import { parseStopSignal, stopSignalNames } from './signals.ts'
import { parseSupervisorEnvironment } from './supervisor-environment.ts'
import { noCounterpart, type ProgramSettings, settingsOf } from './supervisor-settings.ts'
import type { Variables } from './variables.ts'

/** What holds for every program of a file. */
export type SupervisorSurroundings = {
  readonly note: Note
  /** Absolute folder of the file, `%(here)s`. */
  readonly here: string
  /** Where supervisord itself runs; null when it does not say. */
  readonly directory: string | null
  /** `environment` of `[supervisord]`. */
  readonly environment: Variables
  /** What `%(ENV_X)s` finds: the variables of whoever imports. */
  readonly caller: Variables
  /** Of whoever imports: programs run as that user. */
  readonly user: string | null
  readonly hostName: string
  /** `[group:x]` by the names of its programs. */
  readonly groups: ReadonlyMap<string, string>
}

type Values = ReadonlyMap<string, string | number>
type Named = { readonly name: string; readonly plan: PlannedProcess }

/** Reads `[program:x]`: one process for each of its `numprocs`, none, with a note, when its command cannot be read. */
export function readProgram(section: IniSection, name: string, surroundings: SupervisorSurroundings): Named[] {
  const { note } = surroundings
  const settings = settingsOf(section, `${name}.`, note)
  const count = readCount(settings, note)
  const first = settings.integer('numprocs_start') ?? 0
  const common = readCommon(settings, surroundings)
  const found: Named[] = []
  for (let index = 0; index < count; index++) {
    const values = valuesFor(name, first + index, count, surroundings)
    // What is wrong with one copy is wrong with all.
    const process = readCopy(settings, values, index === 0 ? note : () => {}, surroundings)
    if (!process) break
    found.push({ name: process.name, plan: { ...common, ...process.plan, line: section.line } })
  }
  for (const { key, line } of settings.rest()) note(line, `${name}.${key}`, noCounterpart(key))
  return found
}

function readCount(settings: ProgramSettings, note: Note): number {
  const count = settings.integer('numprocs') ?? 1
  if (count >= 1 && count <= mostProcesses) return count
  note(settings.line('numprocs'), settings.what('numprocs'), `not a number from 1 to ${mostProcesses}, taken as 1`)
  return 1
}

function valuesFor(program: string, number: number, count: number, surroundings: SupervisorSurroundings): Values {
  const environment = { ...surroundings.caller, ...surroundings.environment }
  return new Map<string, string | number>([
    ...Object.entries(environment).map(([key, value]): [string, string] => [`ENV_${key}`, value]),
    ['program_name', program],
    ['group_name', surroundings.groups.get(program) ?? program],
    ['process_num', number],
    ['numprocs', count],
    ['host_node_name', surroundings.hostName],
    ['here', surroundings.here],
  ])
}

function readCopy(settings: ProgramSettings, values: Values, note: Note, surroundings: SupervisorSurroundings) {
  const filled = (key: string): string | null => {
    const text = settings.text(key)
    const formatted = text === null ? null : formatPython(text, values)
    if (formatted?.ok === false) note(settings.line(key), settings.what(key), formatted.reason)
    return formatted?.ok ? formatted.text : null
  }
  const command = filled('command')
  const split = command === null ? null : splitWords(command, 'python')
  if (split?.ok === false) note(settings.line('command'), settings.what('command'), commandReason(split.message))
  if (!split?.ok || split.words.length === 0) {
    if (!settings.has('command') || split?.ok) note(settings.sectionLine, settings.name, 'no command to run')
    return null
  }
  const environment = filled('environment') ?? ''
  const variables = parseSupervisorEnvironment(environment, settings.line('environment'), settings.name, note)
  const directory = filled('directory') ?? surroundings.directory
  return {
    name: filled('process_name') ?? String(values.get('program_name')),
    plan: {
      argv: split.words,
      cwd: directory === null ? null : resolve(surroundings.here, directory),
      env: { ...surroundings.environment, ...variables },
    },
  }
}

/** The commonest cause is not to be seen in the message. */
const commandReason = (message: string): string =>
  message.endsWith('is not closed.')
    ? `${message} supervisord ends a line at a blank and ; or #, also in quotes`
    : message

function readCommon(settings: ProgramSettings, { note, user }: SupervisorSurroundings): PlannedProcess {
  const owner = settings.text('user')
  if (owner !== null && owner !== user) note(settings.line('user'), settings.what('user'), 'programs run as you')
  // What a program started is stopped with it, always.
  settings.flag('stopasgroup')
  settings.flag('killasgroup')
  if (settings.flag('redirect_stderr')) {
    note(settings.line('redirect_stderr'), settings.what('redirect_stderr'), 'out and err are kept apart: logs --merge')
  }
  for (const key of ['stdout_logfile', 'stderr_logfile']) {
    const file = settings.text(key)
    if (file !== null && file.toUpperCase() !== 'AUTO') note(settings.line(key), settings.what(key), noCounterpart(key))
  }
  return {
    ...plainProcess,
    restart: readRestart(settings, note),
    restartLimit: readLimit(settings, note),
    shutdown: true,
    ...readStop(settings, note),
    launch: settings.flag('autostart') ?? true,
  }
}

function readRestart(settings: ProgramSettings, note: Note): RestartPolicy {
  const word = (settings.text('autorestart') ?? 'unexpected').toLowerCase()
  const codes = settings.text('exitcodes')
  if (word === 'unexpected') {
    if (codes !== null && codes.trim() !== '0') {
      note(settings.line('exitcodes'), settings.what('exitcodes'), 'only exit code 0 is no failure here')
    }
    return 'on-failure'
  }
  return (settings.flag('autorestart') ?? false) ? 'always' : 'never'
}

/** An early death here is one in the first 10 s. */
const earlySeconds = 10
/** No start takes longer than that and the longest delay between two. */
const longestRoundMs = 70_000
/** As many as a limit may have. */
const mostDeaths = 1000

/** `startretries` serial failures: so many early deaths, within a time in which they are serial. */
function readLimit(settings: ProgramSettings, note: Note): RestartLimit | undefined {
  const seconds = settings.integer('startsecs')
  if (seconds !== null && seconds > earlySeconds) {
    note(settings.line('startsecs'), settings.what('startsecs'), `an early end is one within ${earlySeconds} s here`)
  }
  const retries = settings.integer('startretries')
  if (retries === null) return undefined
  if (retries < 0 || retries >= mostDeaths) {
    note(settings.line('startretries'), settings.what('startretries'), `not a number from 0 to ${mostDeaths - 1}`)
    return undefined
  }
  return { deaths: retries + 1, withinMs: Math.min(longestMs, (retries + 1) * longestRoundMs) }
}

function readStop(settings: ProgramSettings, note: Note) {
  const signal = settings.text('stopsignal')
  const stopSignal = signal === null ? null : parseStopSignal(signal)
  if (signal !== null && stopSignal === null) {
    note(settings.line('stopsignal'), settings.what('stopsignal'), `stop signals here are ${stopSignalNames}`)
  }
  const seconds = settings.integer('stopwaitsecs')
  const graceMs = millisecondsOf(seconds)
  if (seconds !== null && graceMs === null)
    note(settings.line('stopwaitsecs'), settings.what('stopwaitsecs'), 'over a day')
  return { stopSignal, graceMs }
}

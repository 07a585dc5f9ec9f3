import { resolve } from 'node:path'
import { type PlannedProcess, plainProcess } from '../../../shared/domain/import-plan.ts'
import { plainWords } from '../../../shared/text/shell-words.ts'
import { readEnvironment, type Surroundings } from './compose-environment.ts'
import { readReadiness } from './compose-readiness.ts'
import { type ComposeDependence, readAvailability, readDependsOn, readShutdown } from './compose-settings.ts'
import { expanderOf, shellCommand } from './compose-variables.ts'
import { mostProcesses } from './finish-plan.ts'
import type { Note } from './notes.ts'
import { type Expand, type Fields, fieldsOf } from './yaml-fields.ts'
import type { YamlEntry, YamlMap } from './yaml-tree.ts'

/** One process of the file with its copies. */
export type ComposeProcess = {
  readonly name: string
  /** Without alias; one for each copy. */
  readonly copies: readonly { readonly name: string; readonly plan: PlannedProcess }[]
  readonly dependsOn: readonly ComposeDependence[]
}

/** Settings that Procession has no counterpart for, and what to do instead. */
const noCounterpart: Readonly<Record<string, string>> = {
  description: 'descriptions are not kept',
  is_daemon: 'a program that goes to the background is not followed; start it in the foreground',
  is_elevated: 'programs run as you',
  is_foreground: 'recorded without being started; it cannot take over your terminal',
  is_template_disabled: 'templates are not filled in',
  launch_timeout_seconds: 'a program that goes to the background is not followed',
  liveness_probe: 'a program that is up is not probed again',
  log_configuration: 'output is kept in out/ and err/ of the session',
  log_location: 'output is kept in out/ and err/ of the session',
  schedule: 'nothing is started by the clock',
  vars: 'templates like {{.NAME}} are not filled in',
  disable_ansi_colors: 'colours stay in the output',
}

/** Nothing is lost where these are off. */
const flags = new Set(['disable_ansi_colors', 'is_daemon', 'is_elevated', 'is_foreground'])

/** Reads one entry of `processes:`; null, with a note, for one that has nothing to run. */
export function readComposeProcess(entry: YamlEntry, surroundings: Surroundings): ComposeProcess | null {
  const { note } = surroundings
  const where = `${entry.key}.`
  if (entry.value.kind !== 'map') {
    note(entry.line, entry.key, 'this is not a map of settings')
    return null
  }
  const known = { ...surroundings.caller, ...surroundings.dotenv }
  const expand: Expand = surroundings.fillsIn ? expanderOf(known, note) : (text) => text
  const fields = fieldsOf(entry.value, where, note, expand)
  const env = readEnvironment(fields, entry.key, surroundings, expand)
  const shellArgv = (command: string, line: number, what: string) => {
    const text = surroundings.fillsIn ? shellCommand(command, env, line, what, note) : command
    return plainWords(text) ?? [...surroundings.shell, text]
  }
  const argv = readCommand(entry.value, fields, where, shellArgv, note)
  const workingDir = fields.text('working_dir')
  const plan: PlannedProcess = {
    ...plainProcess,
    argv,
    cwd: resolve(surroundings.folder, workingDir ?? '.'),
    env,
    restart: readAvailability(fields, where, note, expand),
    shutdown: true,
    pty: fields.flag('is_tty') ?? null,
    ...readShutdown(fields, where, note, expand),
    ready: readReadiness(fields, { where, note, expand, shellArgv }),
    launch: !(readDisabled(fields) || (fields.flag('is_foreground') ?? false)),
    line: entry.line,
  }
  const dependsOn = readDependsOn(fields.value('depends_on'), where, note)
  const count = readReplicas(fields, where, note)
  noteTheRest(entry.value, fields, where, note)
  if (argv === null) {
    note(entry.line, entry.key, 'no command to run')
    return null
  }
  return { name: entry.key, copies: copiesOf(entry.key, plan, count), dependsOn }
}

function readDisabled(fields: Fields): boolean {
  const disabled = fields.flag('disabled') ?? false
  return fields.flag('is_disabled') ?? disabled
}

function readCommand(
  map: YamlMap,
  fields: Fields,
  where: string,
  shellArgv: (command: string, line: number, what: string) => readonly string[],
  note: Note,
): readonly string[] | null {
  // As it is written: the shell fills in the variables.
  const command = fieldsOf(map, where, note).text('command')
  fields.value('command')
  const entrypoint = fields.texts('entrypoint')
  if (command !== null && command.trim() !== '') {
    if (entrypoint) note(fields.line('entrypoint'), `${where}entrypoint`, 'the command is used instead')
    return shellArgv(command.trim(), fields.line('command'), `${where}command`)
  }
  return entrypoint && entrypoint.length > 0 ? entrypoint : null
}

function readReplicas(fields: Fields, where: string, note: Note): number {
  const replicas = fields.number('replicas') ?? 1
  if (Number.isInteger(replicas) && replicas >= 1 && replicas <= mostProcesses) return replicas
  note(fields.line('replicas'), `${where}replicas`, `not a number from 1 to ${mostProcesses}, taken as 1`)
  return 1
}

/** Copies are called as process-compose calls them: `web-0`, `web-1` ..., with as many digits as their number has. */
function copiesOf(name: string, plan: PlannedProcess, count: number) {
  if (count === 1) return [{ name, plan }]
  return Array.from({ length: count }, (_, index) => ({
    name: `${name}-${String(index).padStart(String(count).length, '0')}`,
    plan: { ...plan, env: { ...plan.env, PC_REPLICA_NUM: String(index) } },
  }))
}

function noteTheRest(map: YamlMap, fields: Fields, where: string, note: Note): void {
  if ((fields.text('namespace') ?? 'default') !== 'default') {
    note(fields.line('namespace'), `${where}namespace`, 'a session has no namespaces')
  }
  for (const { key, line } of map.entries) {
    const reason = noCounterpart[key]
    if (reason === undefined) continue
    const isOff = flags.has(key) ? fields.flag(key) === false : fields.value(key) === null
    if (!isOff) note(line, `${where}${key}`, reason)
  }
  for (const { key, line } of fields.rest()) {
    // Keys for other programs, which process-compose skips as well.
    if (!key.startsWith('x-')) note(line, `${where}${key}`, 'unknown setting')
  }
}

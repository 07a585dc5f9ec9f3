import { dirname } from 'node:path'
import type { ImportNote, ImportPlan, PlannedDependence, PlannedProcess } from '../../../shared/domain/import-plan.ts'
import type { Result } from '../../../shared/domain/result.ts'
import { createAliases } from './aliases.ts'
import { readVariables, type Surroundings } from './compose-environment.ts'
import { type ComposeProcess, readComposeProcess } from './compose-process.ts'
import { expanderOf } from './compose-variables.ts'
import { readEnvFileBeside } from './env-beside.ts'
import { finishPlan, mostDependences, mostProcesses } from './finish-plan.ts'
import { type Note, noteIn } from './notes.ts'
import type { Variables } from './variables.ts'
import { type Fields, fieldsOf } from './yaml-fields.ts'
import type { YamlMap } from './yaml-tree.ts'

/** About process-compose's own screen and strictness: nothing of a process gets lost with them. */
const ofNoConsequence = ['version', 'is_strict', 'is_tui_disabled']

const noCounterpart: Readonly<Record<string, string>> = {
  env_cmds: 'the output of commands is not taken into the environment',
  extends: 'only this file is read: import the other one too',
  log_configuration: 'output is kept in out/ and err/ of the session',
  log_format: 'output is kept in out/ and err/ of the session',
  log_length: 'output is kept in out/ and err/ of the session',
  log_level: 'output is kept in out/ and err/ of the session',
  log_location: 'output is kept in out/ and err/ of the session',
  vars: 'templates like {{.NAME}} are not filled in',
}

/** The default of process-compose on Linux. */
const defaultShell = ['bash', '-c'] as const

/**
 * Reads a process-compose file with the `.env` beside it. `caller` are the variables that process-compose would have
 * found in the shell of the person who imports. Differences that matter are noted, setting by setting.
 */
export function readCompose(path: string, fileName: string, root: YamlMap, caller: Variables): Result<ImportPlan> {
  const notes: ImportNote[] = []
  const note = noteIn(notes, fileName)
  const fields = fieldsOf(root, '', note)
  const surroundings = readSurroundings(path, fields, notes, note, caller)
  const found: ComposeProcess[] = []
  let copies = 0
  for (const entry of fields.map('processes')?.entries ?? []) {
    const process = readComposeProcess(entry, surroundings)
    if (process) found.push(process)
    copies += process?.copies.length ?? 0
    // Already too many; copies of copies would fill the memory.
    if (copies > mostProcesses) break
  }
  noteTheRest(root, fields, note)
  return finishPlan(path, { format: 'process-compose', ...nameAll(found, note), notes })
}

function readSurroundings(
  path: string,
  fields: Fields,
  notes: ImportNote[],
  note: Note,
  caller: Variables,
): Surroundings {
  const dotenv = readEnvFileBeside(path, '.env', notes)
  const fillsIn = !(fields.flag('disable_env_expansion') ?? false)
  const expand = fillsIn ? expanderOf({ ...caller, ...dotenv }, note) : (text: string) => text
  const shell = fields.map('shell')
  const shellFields = shell && fieldsOf(shell, 'shell.', note)
  return {
    note,
    folder: dirname(path),
    shell: [
      shellFields?.text('shell_command') ?? defaultShell[0],
      shellFields?.text('shell_argument') ?? defaultShell[1],
    ],
    environment: readVariables(fields.value('environment'), 'environment', note, expand),
    dotenv,
    caller,
    fillsIn,
    readEnvFile: (file) => readEnvFileBeside(path, file, notes),
  }
}

function noteTheRest(root: YamlMap, fields: Fields, note: Note): void {
  for (const key of ofNoConsequence) fields.value(key)
  for (const { key, line } of fields.rest()) {
    if (!key.startsWith('x-')) note(line, key, noCounterpart[key] ?? 'unknown setting')
  }
  if (!root.entries.some(({ key }) => key === 'processes')) note(root.line, 'processes', 'there are none')
}

/** Gives aliases, and ties each copy to each copy of what it depends on. */
function nameAll(found: readonly ComposeProcess[], note: Note) {
  const aliasOf = createAliases()
  const processes: PlannedProcess[] = []
  const aliases = new Map<string, readonly string[]>()
  for (const { name, copies } of found) {
    const named = copies.map((copy) => ({ ...copy.plan, alias: aliasOf(copy.name, copy.plan.line, note) }))
    processes.push(...named)
    aliases.set(
      name,
      named.map(({ alias }) => alias),
    )
    for (const [index, copy] of copies.entries()) {
      const alias = named[index]?.alias
      if (!aliases.has(copy.name) && alias !== undefined) aliases.set(copy.name, [alias])
    }
  }
  return { processes, dependences: tieAll(found, aliases, note) }
}

function tieAll(
  found: readonly ComposeProcess[],
  aliases: ReadonlyMap<string, readonly string[]>,
  note: Note,
): PlannedDependence[] {
  const dependences: PlannedDependence[] = []
  for (const { name, dependsOn } of found) {
    for (const { parent, required, line } of dependsOn) {
      const parents = aliases.get(parent)
      if (!parents) note(line, `${name}.depends_on.${parent}`, 'there is no process of that name')
      for (const child of parents ? (aliases.get(name) ?? []) : []) {
        if (dependences.length > mostDependences) return dependences
        dependences.push(
          ...(parents ?? []).map((alias) => ({ parent: alias, required, child, onLoss: 'keep' as const })),
        )
      }
    }
  }
  return dependences
}

import { dirname, resolve } from 'node:path'
import { onLossChoices, parseRequired } from '../../../shared/domain/dependence.ts'
import {
  type ImportNote,
  type ImportPlan,
  type PlannedDependence,
  type PlannedProcess,
  plainProcess,
} from '../../../shared/domain/import-plan.ts'
import type { RestartLimit } from '../../../shared/domain/restart.ts'
import { failure, type Result } from '../../../shared/domain/result.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { checkAlias, checkName } from '../workspace/names.ts'
import { createAliases } from './aliases.ts'
import { longestMs, millisecondsOf } from './durations.ts'
import { formatVersion } from './export-yaml.ts'
import { finishPlan } from './finish-plan.ts'
import { type Note, noteIn } from './notes.ts'
import { readOwnReadiness, readOwnStates } from './own-readiness.ts'
import { parseNumberFlag, parseRestart } from './restart-words.ts'
import { parseStopSignal, stopSignalNames } from './signals.ts'
import { takeVariable } from './variables.ts'
import { type Fields, fieldsOf } from './yaml-fields.ts'
import type { YamlMap, YamlValue } from './yaml-tree.ts'

/** Reads what `exportYaml` writes. A secret that the file hides is noted, with the command that sets it. */
export function readOwnFormat(path: string, fileName: string, root: YamlMap): Result<ImportPlan> {
  const notes: ImportNote[] = []
  const note = noteIn(notes, fileName)
  const fields = fieldsOf(root, '', note)
  if (fields.number('procession') !== formatVersion) {
    return failure(
      'version',
      `${path} is an export of another version; this Procession reads version ${formatVersion}.`,
      'Export it again with the Procession that you import with',
    )
  }
  const aliasOf = createAliases()
  const names = new Set<string>()
  const list = fields.value('processes')
  if (list !== null && list.kind !== 'list') note(list.line, 'processes', 'this is not a list')
  const processes = (list?.kind === 'list' ? list.items : []).flatMap((item) => {
    const process = readProcess(item, dirname(path), aliasOf, names, note)
    return process ? [process] : []
  })
  const known = new Set(processes.map(({ alias, name }) => alias ?? name))
  const dependences = readDependences(fields.map('dependences'), known, note)
  for (const { key, line } of fields.rest()) note(line, key, 'unknown setting')
  return finishPlan(path, { format: 'procession', processes, dependences, notes })
}

function readProcess(
  item: YamlValue,
  folder: string,
  aliasOf: ReturnType<typeof createAliases>,
  names: Set<string>,
  note: Note,
): PlannedProcess | null {
  if (item.kind !== 'map') {
    note(item.line, 'processes', 'this is not a map of settings')
    return null
  }
  const label = fieldsOf(item, '', () => {})
  const where = label.text('alias') ?? label.text('name') ?? 'process'
  const fields = fieldsOf(item, `${where}.`, note)
  const alias = fields.text('alias')
  const cwd = fields.text('cwd')
  const process: PlannedProcess = {
    ...plainProcess,
    alias: alias === null ? null : aliasOf(alias, fields.line('alias'), note),
    name: readName(fields, names, note, where),
    uri: fields.text('uri'),
    argv: fields.texts('command'),
    // A folder below a home is one on another machine.
    cwd: cwd === null || cwd.startsWith('~') ? cwd : resolve(folder, cwd),
    env: readEnv(fields.map('env'), where, note),
    ...readPolicy(fields, where, note),
    ready: readOwnReadiness(fields.map('ready'), `${where}.ready.`, note),
    launch: fields.flag('launch') ?? true,
    states: readOwnStates(fields.value('states'), `${where}.states.`, note),
    line: item.line,
  }
  for (const { key, line } of fields.rest()) note(line, `${where}.${key}`, 'unknown setting')
  noteHidden(process, fields, where, note)
  if (process.uri !== null || (process.argv?.length ?? 0) > 0) return process
  note(item.line, where, 'neither a command nor a URI, so there is nothing to start')
  return null
}

function readName(fields: Fields, names: Set<string>, note: Note, where: string): string | null {
  const name = fields.text('name')
  if (name === null) return null
  const problem = checkName(name).ok ? (names.has(name) ? 'another process has it' : null) : 'it cannot be a name'
  if (problem !== null) note(fields.line('name'), `${where}.name`, `a new one is made: ${problem}`)
  names.add(name)
  return problem === null ? name : null
}

function readEnv(map: YamlMap | null, where: string, note: Note): Record<string, string> {
  const variables: Record<string, string> = {}
  const values = map && fieldsOf(map, `${where}.env.`, note)
  for (const { key, line, value } of map?.entries ?? []) {
    const isNull = value.kind === 'scalar' && value.value === null
    const text = isNull ? '' : (values?.text(key) ?? null)
    if (text !== null) takeVariable(variables, key, text, line, note)
  }
  return variables
}

function readPolicy(fields: Fields, where: string, note: Note) {
  const read = <T>(key: string, expected: string, parse: (text: string) => T | null): T | null => {
    const text = fields.text(key)
    const value = text === null ? null : parse(text)
    if (text !== null && value === null) note(fields.line(key), `${where}.${key}`, `this is not ${expected}`)
    return value
  }
  const limit = read('restart_limit', 'of the form DEATHS/SECONDS, nor none', parseLimit)
  return {
    restart: read('restart', 'never, always or on-failure', parseRestart),
    restartLimit: limit === null ? undefined : limit.limit,
    shutdown: read('shutdown', 'true or false', parseNumberFlag),
    pty: read('pty', 'true or false', parseNumberFlag),
    stopSignal: read('stop_signal', `one of ${stopSignalNames}`, parseStopSignal),
    graceMs: read('grace', 'a number of seconds, at most a day', (text) => millisecondsOf(Number(text))),
  }
}

const mostDeaths = 1000
const shortestLimitMs = 1000

function parseLimit(text: string): { readonly limit: RestartLimit } | null {
  if (text === 'none') return { limit: null }
  const [, deaths, seconds] = /^(\d{1,4})\/(\d{1,5}(?:\.\d{1,3})?)$/.exec(text) ?? []
  const limit = { deaths: Number(deaths), withinMs: Math.round(Number(seconds) * 1000) }
  const isValid =
    limit.deaths >= 1 && limit.deaths <= mostDeaths && limit.withinMs >= shortestLimitMs && limit.withinMs <= longestMs
  return isValid ? { limit } : null
}

/** What an export without secrets writes as dots. */
function noteHidden(process: PlannedProcess, fields: Fields, where: string, note: Note): void {
  const env = fields.value('env')
  for (const [name, value] of Object.entries(process.env)) {
    const line = (env?.kind === 'map' && env.entries.find(({ key }) => key === name)?.line) || null
    if (value === redacted) note(line, `${where}.env.${name}`, `hidden: procession session secret set ${where} ${name}`)
  }
  const isHidden = {
    uri: process.uri?.includes(redacted),
    command: process.argv?.some((word) => word.includes(redacted)),
  }
  for (const key of ['uri', 'command'] as const) {
    if (isHidden[key]) {
      note(fields.line(key), `${where}.${key}`, 'holds a hidden secret: write the value here, or export --with-secrets')
    }
  }
}

/** `child: [parent, parent:state, {parent: ..., on_loss: ...}]`. */
function readDependences(map: YamlMap | null, known: ReadonlySet<string | null>, note: Note): PlannedDependence[] {
  return (map?.entries ?? []).flatMap(({ key: child, line, value }) => {
    const what = `dependences.${child}`
    if (!known.has(child)) note(line, what, 'there is no process of that name')
    else if (value.kind !== 'list') note(line, what, 'this is not a list of parents')
    else return value.items.flatMap((item) => readParent(item, child, what, note))
    return []
  })
}

function readParent(item: YamlValue, child: string, what: string, note: Note): PlannedDependence[] {
  const fields = item.kind === 'map' ? fieldsOf(item, `${what}.`, note) : null
  const text = fields ? fields.text('parent') : item.kind === 'scalar' ? item.text : ''
  const [, parent = '', state = ''] = /^([^:]*)(?::(.*))?$/s.exec(text ?? '') ?? []
  const word = fields?.text('on_loss') ?? 'keep'
  const onLoss = onLossChoices.find((choice) => choice === word)
  for (const { key, line } of fields?.rest() ?? []) note(line, `${what}.${key}`, 'unknown setting')
  if (onLoss === undefined) note(item.line, `${what}.on_loss`, `this is not one of ${onLossChoices.join(', ')}`)
  if (checkAlias(parent).ok) return [{ parent, required: parseRequired(state), child, onLoss: onLoss ?? 'keep' }]
  note(item.line, what, 'this is not the name of a parent')
  return []
}

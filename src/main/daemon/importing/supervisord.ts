import { readdirSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { basename, dirname, relative, resolve } from 'node:path'
import type { ImportNote, ImportPlan, PlannedProcess } from '../../../shared/domain/import-plan.ts'
import type { Result } from '../../../shared/domain/result.ts'
import { createAliases } from './aliases.ts'
import { finishPlan, mostProcesses } from './finish-plan.ts'
import { type IniSection, parseIni } from './ini.ts'
import { type Note, noteIn } from './notes.ts'
import { formatPython } from './python-format.ts'
import { foreignSizeLimit, readText } from './read-text.ts'
import { parseSupervisorEnvironment } from './supervisor-environment.ts'
import { readProgram, type SupervisorSurroundings } from './supervisor-program.ts'
import type { Variables } from './variables.ts'
import { fitsWildcards } from './wildcards.ts'

/** About supervisord itself and its tools: nothing of a program gets lost with them. */
const ofNoConsequence =
  /^(supervisord|supervisorctl|unix_http_server|inet_http_server|include|rpcinterface:.*|ctlplugin:.*)$/

/** More than any include of a system has. */
const mostIncluded = 500

type Source = { readonly note: Note; readonly here: string; readonly sections: readonly IniSection[] }

/**
 * Reads a supervisord configuration with the files of its `[include]`. `caller` are the variables for `%(ENV_X)s`.
 * Settings without a counterpart are noted with their lines.
 */
export function readSupervisord(path: string, fileName: string, text: string, caller: Variables): Result<ImportPlan> {
  const notes: ImportNote[] = []
  const note = noteIn(notes, fileName)
  const main: Source = { note, here: dirname(path), sections: parseIni(text, note) }
  const sources = [main, ...readIncluded(main, caller, notes)]
  const all = sources.flatMap(({ sections }) => sections)
  const surroundings = {
    ...daemonPart(main, caller),
    caller,
    user: userName(),
    hostName: hostname(),
    groups: groupsOf(all),
  }
  const aliasOf = createAliases()
  const processes: PlannedProcess[] = []
  for (const source of sources) {
    for (const section of source.sections) {
      if (processes.length > mostProcesses) break
      const programs = readSection(section, { ...surroundings, note: source.note, here: source.here })
      processes.push(...programs.map(({ name, plan }) => ({ ...plan, alias: aliasOf(name, plan.line, source.note) })))
    }
  }
  return finishPlan(path, { format: 'supervisord', processes, notes })
}

function readSection(section: IniSection, surroundings: SupervisorSurroundings) {
  const { note } = surroundings
  const [, kind, name] = /^([a-z-]+):(.*)$/.exec(section.name) ?? []
  switch (kind) {
    case 'program':
      return readProgram(section, (name ?? '').trim(), surroundings)
    case 'group':
      note(section.line, `[${section.name}]`, 'a session has no groups; its programs are taken one by one')
      return []
    case 'eventlistener':
      note(section.line, `[${section.name}]`, 'there are no supervisord events to listen to')
      return []
    case 'fcgi-program':
      note(section.line, `[${section.name}]`, 'no socket is opened for a program and handed over')
      return []
    default:
      if (!ofNoConsequence.test(section.name)) note(section.line, `[${section.name}]`, 'unknown section')
      return []
  }
}

/** `[supervisord]` says where programs run and what all of them find in their environment. */
function daemonPart({ sections, here, note }: Source, caller: Variables) {
  const daemon = sections.find(({ name }) => name === 'supervisord')
  const values = new Map([
    ['here', here],
    ...Object.entries(caller).map(([key, value]) => [`ENV_${key}`, value] as const),
  ])
  const filled = (key: string) => {
    const setting = daemon?.settings.find((candidate) => candidate.key === key)
    const formatted = setting && formatPython(setting.value, values)
    if (setting && formatted?.ok === false) note(setting.line, `supervisord.${key}`, formatted.reason)
    return setting && formatted?.ok ? { text: formatted.text, line: setting.line } : null
  }
  const environment = filled('environment')
  return {
    directory: filled('directory')?.text ?? null,
    environment: environment ? parseSupervisorEnvironment(environment.text, environment.line, 'supervisord', note) : {},
  }
}

function groupsOf(sections: readonly IniSection[]): ReadonlyMap<string, string> {
  const groups = new Map<string, string>()
  for (const { name, settings } of sections) {
    if (!name.startsWith('group:')) continue
    const programs = settings.find(({ key }) => key === 'programs')?.value ?? ''
    for (const program of programs.split(',')) groups.set(program.trim(), name.slice('group:'.length))
  }
  return groups
}

/** The files of `[include]`; an include in one of them is not read, as in supervisord. */
function readIncluded(main: Source, caller: Variables, notes: ImportNote[]): Source[] {
  const setting = main.sections.find(({ name }) => name === 'include')?.settings.find(({ key }) => key === 'files')
  if (!setting) return []
  const values = new Map([
    ['here', main.here],
    ...Object.entries(caller).map(([key, value]) => [`ENV_${key}`, value] as const),
  ])
  const formatted = formatPython(setting.value, values)
  if (!formatted.ok) main.note(setting.line, 'include.files', formatted.reason)
  const patterns = formatted.ok ? formatted.text.split(/\s+/).filter((pattern) => pattern !== '') : []
  const files = patterns.flatMap((pattern) => filesOf(resolve(main.here, pattern), setting.line, main.note))
  if (files.length > mostIncluded)
    main.note(setting.line, 'include.files', `only the first ${mostIncluded} files are read`)
  return files.slice(0, mostIncluded).flatMap((file) => {
    const note = noteIn(notes, relative(main.here, file))
    const text = readText(file, foreignSizeLimit)
    if (!text.ok) main.note(setting.line, 'include.files', text.message)
    return text.ok ? [{ note, here: dirname(file), sections: parseIni(text.value, note) }] : []
  })
}

/** The files that fit a path with wildcards (`*`, `?`, `[abc]`) in its last part. */
function filesOf(pattern: string, line: number, note: Note): string[] {
  const folder = dirname(pattern)
  if (/[*?[]/.test(folder)) {
    note(line, 'include.files', 'wildcards are read in the last part of a path only')
    return []
  }
  if (!/[*?[]/.test(pattern)) return [pattern]
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.') && fitsWildcards(name, basename(pattern)))
      .sort()
      .map((name) => resolve(folder, name))
  } catch {
    note(line, 'include.files', `${folder} cannot be read`)
    return []
  }
}

function userName(): string | null {
  try {
    return userInfo().username
  } catch {
    // A user without an entry in passwd(5).
    return null
  }
}

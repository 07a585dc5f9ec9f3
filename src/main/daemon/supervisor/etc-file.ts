import type { MatchRule } from '../../../shared/domain/match-rule.ts'
import type { Readiness } from '../../../shared/domain/readiness.ts'
import type { RestartLimit, RestartPolicy } from '../../../shared/domain/restart.ts'
import { parseRestartLimit } from '../../../shared/machine/restart-policy.ts'
import { splitWords } from '../../../shared/text/shell-words.ts'
import { millisecondsOf } from '../importing/durations.ts'
import type { Note } from '../importing/notes.ts'
import { readOwnReadiness } from '../importing/own-readiness.ts'
import { parseNumberFlag, parseRestart } from '../importing/restart-words.ts'
import { parseStopSignal, stopSignalNames } from '../importing/signals.ts'
import { type Fields, fieldsOf } from '../importing/yaml-fields.ts'
import { parseYaml, type YamlMap } from '../importing/yaml-tree.ts'

/** What a person may change of a process in `etc/<name>.yaml`. What the file does not name is not there. */
export type EtcSettings = {
  readonly alias?: string | null
  readonly uri?: string
  readonly cmdline?: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly restart?: RestartPolicy
  readonly restartLimit?: RestartLimit
  readonly shutdown?: boolean
  readonly pty?: boolean
  readonly stopSignal?: string
  readonly graceMs?: number
  readonly ready?: Readiness | null
  readonly match?: MatchRule | null
  /** The root of the workspace that the paths in the file are of. */
  readonly realm?: string
}

/** Something wrong in a file, as the end of a sentence. Quotes nothing of the file, which may be a secret. */
export type FileProblem = { readonly line: number | null; readonly problem: string }

export type EtcFile =
  | { readonly ok: true; readonly settings: EtcSettings; readonly lineOf: (key: string) => number }
  | ({ readonly ok: false } & FileProblem)

/**
 * Reads the text of `etc/<name>.yaml`. Keys that mean nothing to us are passed over: gutools writes more. Wrong is the
 * first that cannot be read, with its line.
 */
export function parseEtcFile(text: string): EtcFile {
  const tree = parseYaml(text)
  if (!tree.ok) return tree
  const root = tree.value
  if (root.kind === 'scalar' && root.value === null) return { ok: true, settings: {}, lineOf: () => 1 }
  if (root.kind !== 'map') return { ok: false, line: root.line, problem: 'is not a map of names and values' }
  const problems: FileProblem[] = []
  const note: Note = (line, what, reason) => problems.push({ line, problem: `${what}: ${reason}` })
  const fields = fieldsOf(root, '', note)
  const settings = settingsOf(root, fields, note)
  const [problem] = problems.sort((left, right) => (left.line ?? 0) - (right.line ?? 0))
  return problem ? { ok: false, ...problem } : { ok: true, settings, lineOf: fields.line }
}

function settingsOf(root: YamlMap, fields: Fields, note: Note): EtcSettings {
  const read = <T>(key: string, expected: string, parse: (text: string) => T | null): T | null => {
    const text = fields.text(key)
    const value = text === null ? null : parse(text)
    if (text !== null && value === null) note(fields.line(key), key, `this is not ${expected}`)
    return value
  }
  const has = (key: string) => root.entries.some((entry) => entry.key === key)
  const limit = read('restart_limit', 'of the form DEATHS/SECONDS, nor none', readLimit)
  return defined({
    alias: has('alias') ? fields.text('alias') : undefined,
    uri: fields.text('uri'),
    cmdline: readCmdline(fields, note),
    cwd: fields.text('cwd'),
    env: readEnv(fields.map('env'), note),
    restart: read('restart', '0, 1, never, always or on-failure', parseRestart),
    restartLimit: limit === null ? undefined : limit.limit,
    shutdown: read('shutdown', '0 or 1', parseNumberFlag),
    pty: read('pty', 'true or false', parseNumberFlag),
    stopSignal: read('stop_signal', `one of ${stopSignalNames}`, parseStopSignal),
    graceMs: read('grace', 'a number of seconds, at most a day', (text) => millisecondsOf(Number(text))),
    ready: has('ready') ? readOwnReadiness(fields.map('ready'), 'ready.', note) : undefined,
    match: has('match') ? readMatch(fields.map('match'), note) : undefined,
    realm: fields.text('realm'),
  })
}

/** A null means something for these; elsewhere it says as little as a missing key. */
const nullable = new Set(['alias', 'restartLimit', 'ready', 'match'])

const defined = (values: Record<string, unknown>): EtcSettings =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== undefined && (value !== null || nullable.has(key))),
  )

function readLimit(text: string): { readonly limit: RestartLimit } | null {
  const limit = parseRestartLimit(text)
  return limit.ok ? { limit: limit.value } : null
}

/** A list of words, or one line of them as a shell reads it. */
function readCmdline(fields: Fields, note: Note): readonly string[] | null {
  const value = fields.value('cmdline')
  if (value === null) return null
  const words = value.kind === 'scalar' ? splitLine(fields, note) : fields.texts('cmdline')
  if (words?.length === 0 || words?.[0] === '') note(fields.line('cmdline'), 'cmdline', 'this names no program')
  return words
}

function splitLine(fields: Fields, note: Note): readonly string[] | null {
  const split = splitWords(fields.text('cmdline') ?? '')
  if (!split.ok) note(fields.line('cmdline'), 'cmdline', split.message)
  return split.ok ? split.words : null
}

function readEnv(map: YamlMap | null, note: Note): Record<string, string> | null {
  if (map === null) return null
  const fields = fieldsOf(map, 'env.', note)
  return Object.fromEntries(
    map.entries.map(({ key, value }) => {
      const isNothing = value.kind === 'scalar' && value.value === null
      return [key, isNothing ? '' : (fields.text(key) ?? '')]
    }),
  )
}

function readMatch(map: YamlMap | null, note: Note): MatchRule | null {
  if (map === null) return null
  const fields = fieldsOf(map, 'match.', note)
  const rule = {
    exe: fields.text('exe'),
    argv_prefix: fields.texts('argv_prefix'),
    cwd: fields.text('cwd'),
    listen: fields.text('listen'),
  }
  for (const { key, line } of fields.rest()) note(line, `match.${key}`, 'not one of exe, argv_prefix, cwd, listen')
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null))
}

import { parseProcessUri } from '../../../shared/domain/process-uri.ts'
import type { RestartPolicy } from '../../../shared/domain/restart.ts'
import { splitWords } from '../../../shared/text/shell-words.ts'
import { type GutoolsFolder, namePattern } from './gutools-folder.ts'
import type { Note } from './notes.ts'
import { parseNumberFlag, parseRestart } from './restart-words.ts'
import { fieldsOf } from './yaml-fields.ts'
import type { YamlMap } from './yaml-tree.ts'

/** What `etc/<name>.yaml` says of a process; null where it says nothing. */
export type EtcRecord = {
  readonly name: string
  readonly alias: string | null
  readonly uri: string | null
  readonly cmdline: readonly string[] | null
  readonly restart: RestartPolicy | null
  readonly shutdown: boolean | null
  readonly line: number
  readonly note: Note
}

/** The parts of the URI, which gutools writes beside the URI itself. */
const uriParts = [
  'address',
  'auth',
  'direction',
  'fragment',
  'fscheme',
  'fservice',
  'host',
  'password',
  'path',
  'port',
  'query',
  'query_',
  'realm',
  'scheme',
  'user',
]

const ownName = new RegExp(`^(${namePattern})\\.yaml$`)

/** Every `etc/<name>.yaml`; links named by an alias are passed over, since their files are read. */
export function readEtc(folder: GutoolsFolder): EtcRecord[] {
  const records: EtcRecord[] = []
  for (const file of folder.files('etc')) {
    if (file === 'session.yaml' || file.endsWith('.lock')) continue
    const name = ownName.exec(file)?.[1]
    if (name === undefined) {
      folder.noteIn(`etc/${file}`)(null, 'file', 'not named like a process of gutools (adjective-noun.yaml)')
      continue
    }
    const read = folder.yaml('etc', file)
    if (read) records.push(readRecord(name, read.map, read.note))
  }
  return records
}

function readRecord(name: string, map: YamlMap, note: Note): EtcRecord {
  const fields = fieldsOf(map, '', note)
  const uri = fields.text('uri')
  const record = {
    name,
    alias: fields.text('alias'),
    uri,
    cmdline: readCmdline(map, note),
    restart: readFlag(fields.text('restart'), fields.line('restart'), 'restart', note, parseRestart),
    shutdown: readFlag(fields.text('shutdown'), fields.line('shutdown'), 'shutdown', note, parseNumberFlag),
    line: map.line,
    note,
  }
  const inside = fields.text('name')
  if (inside !== null && inside !== name) note(fields.line('name'), 'name', 'the name of the file counts')
  fields.value('cmdline')
  for (const part of uriParts) fields.value(part)
  noteParameters(fields.rest(), uri, note)
  return record
}

function readCmdline(map: YamlMap, note: Note): readonly string[] | null {
  const fields = fieldsOf(map, '', note)
  if (fields.value('cmdline')?.kind !== 'scalar') {
    const words = fields.texts('cmdline')
    return words && words.length > 0 ? words : null
  }
  const split = splitWords(fields.text('cmdline') ?? '')
  if (!split.ok) note(fields.line('cmdline'), 'cmdline', split.message)
  return split.ok && split.words.length > 0 ? split.words : null
}

/** gutools writes each parameter of the URI again by itself; where both differ, the URI is what it ran. */
function noteParameters(rest: ReturnType<ReturnType<typeof fieldsOf>['rest']>, uri: string | null, note: Note): void {
  const parsed = uri === null ? null : parseProcessUri(uri)
  const query = new Map(parsed?.ok ? parsed.value.query.map(({ key, value }) => [key, value ?? '']) : [])
  for (const { key, line, value } of rest) {
    const inUri = query.get(key)
    if (inUri === undefined) note(line, key, 'unknown setting')
    else if (value.kind !== 'scalar' || value.text !== inUri) note(line, key, 'differs from the URI, which is used')
  }
}

function readFlag<T>(text: string | null, line: number, what: string, note: Note, parse: (text: string) => T | null) {
  const value = text === null ? null : parse(text)
  if (text !== null && value === null) note(line, what, 'neither 0 nor 1')
  return value
}

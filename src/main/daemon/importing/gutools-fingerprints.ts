import { parseRequired } from '../../../shared/domain/dependence.ts'
import type { Fingerprint } from '../../../shared/domain/fingerprint.ts'
import type { PlannedState } from '../../../shared/domain/import-plan.ts'
import { redactArgv } from '../../../shared/text/redact.ts'
import { type GutoolsFolder, namePattern } from './gutools-folder.ts'
import type { Note } from './notes.ts'
import { fieldsOf } from './yaml-fields.ts'
import type { YamlMap } from './yaml-tree.ts'

/** What a program looked like just after its launch; gutools only compared it with the next look. */
const passing = 'starting'

// `.fp` is what gutools writes, `.yaml` what it documents.
const fileName = new RegExp(`^(${namePattern})(?:\\.(.+))?\\.(fp|yaml)$`)

/** The saved states of each process by its name, from `fp/<name>.<state>.fp`. */
export function readFingerprints(
  folder: GutoolsFolder,
  names: ReadonlySet<string>,
): ReadonlyMap<string, PlannedState[]> {
  const states = new Map<string, PlannedState[]>()
  for (const file of folder.files('fp')) {
    if (file.endsWith('.lock')) continue
    const [, name, label] = fileName.exec(file) ?? []
    const problem = problemOf(name, label, names, states)
    if (problem !== null) folder.noteIn(`fp/${file}`)(null, 'file', problem)
    if (problem !== null || name === undefined || label === undefined || label === passing) continue
    const read = folder.yaml('fp', file)
    if (!read) continue
    const state = { label, fingerprint: readFingerprint(read.map, read.note), when: null, ignore: [], require: [] }
    states.set(name, [...(states.get(name) ?? []), state])
  }
  return states
}

function problemOf(
  name: string | undefined,
  label: string | undefined,
  names: ReadonlySet<string>,
  states: ReadonlyMap<string, readonly PlannedState[]>,
): string | null {
  if (name === undefined) return 'not named like a fingerprint of gutools (name.state.fp)'
  if (!names.has(name)) return 'there is no process of that name'
  if (label === undefined) return 'does not say of which state it is'
  if (parseRequired(label).kind !== 'state') return 'the name of this state has a meaning of its own here'
  // Sorted by name, `.fp` comes first.
  if (states.get(name)?.some((state) => state.label === label)) return 'there is a .fp file of the same state'
  return null
}

function readFingerprint(map: YamlMap, note: Note): Fingerprint {
  const fields = fieldsOf(map, '', note)
  const list = (key: string) => fields.texts(key)
  const fingerprint = {
    cmdline: redactArgv(list('cmdline') ?? []),
    listen: list('listen'),
    established: list('established'),
    udp: list('udp'),
    files: list('files'),
  }
  for (const { key, line } of fields.rest()) note(line, key, 'unknown list')
  return fingerprint
}

import { reservedStates } from '../../../shared/domain/dependence.ts'
import type { HostRow } from '../../../shared/domain/host.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { hostStateWord } from '../../../shared/text/host-row.ts'
import { statusOf, statusWord } from '../../../shared/text/status.ts'
import { pidOf } from '../json.ts'
import type { Verb } from '../verb.ts'
import { longName } from './option-flags.ts'
import { optionsOf, type Reading } from './read-words.ts'
import { kindOfOperand, kindOfOption, type ValueKind } from './values.ts'

/** `text` is the whole word that takes the place of the one at the cursor. */
export type Candidate = { readonly text: string; readonly description: string }

/** What the shell is to do beside offering the candidates. */
export type ShellPart =
  | 'nothing'
  /** The word may go on behind a candidate (`parent:state`): no blank after it. */
  | 'open'
  | 'files'
  | 'folders'
  /** The words behind `--` are a command line of their own. */
  | 'command'

export type Answer = { readonly shell: ShellPart; readonly candidates: readonly Candidate[] }

/** A program of this user: what of its command line may be shown and typed. */
export type Program = { readonly pid: number; readonly line: string }

/** What is asked only where the place needs it. Empty lists where nobody can say. */
export type Sources = {
  readonly processes: () => Promise<readonly ProcessRow[]>
  /** Labels of the saved states of one process. */
  readonly labels: (process: string) => Promise<readonly string[]>
  readonly programs: () => readonly Program[]
  readonly hosts: () => Promise<readonly HostRow[]>
}

/** More cannot be looked through in a terminal. */
const maxCandidates = 500

/** What may stand at the cursor. */
export async function candidatesFor(reading: Reading, verbs: readonly Verb[], sources: Sources): Promise<Answer> {
  const { shell, candidates } = await allCandidates(reading, verbs, sources)
  const prefix = reading.place.kind === 'value' ? reading.place.prefix : ''
  const fitting = candidates.filter(({ text }) => text.startsWith(reading.word)).slice(0, maxCandidates)
  return { shell, candidates: fitting.map(({ text, description }) => ({ text: `${prefix}${text}`, description })) }
}

const offer = (candidates: readonly Candidate[], shell: ShellPart = 'nothing'): Answer => ({ shell, candidates })
const nothing: Answer = { shell: 'nothing', candidates: [] }

async function allCandidates(reading: Reading, verbs: readonly Verb[], sources: Sources): Promise<Answer> {
  const { place, verb } = reading
  switch (place.kind) {
    case 'command':
      return { shell: 'command', candidates: [] }
    case 'verb':
      return offer(verbsBelow(reading.path, verbs))
    case 'option':
      return offer(optionCandidates(reading))
    case 'value':
      return valueCandidates(kindOfOption(verb, place.option), reading, sources)
    case 'operand':
      return verb === null ? nothing : operandCandidates(verb, reading, sources)
    default:
      return assertNever(place)
  }
}

/** The next word of every verb below a group, each once. */
function verbsBelow(path: readonly string[], verbs: readonly Verb[]): readonly Candidate[] {
  const below = verbs.filter((verb) => path.every((word, index) => verb.path[index] === word))
  const words = new Map<string, string>()
  for (const verb of below) {
    const word = verb.path[path.length]
    if (word === undefined) continue
    const isGroup = verb.path.length > path.length + 1
    words.set(word, isGroup ? listed(words.get(word), verb.path[path.length + 1] ?? '') : verb.summary)
  }
  return [...words].map(([text, description]) => ({ text, description }))
}

/** A group is described by what is in it. */
function listed(before: string | undefined, word: string): string {
  if (before === undefined) return word
  return before.split(', ').includes(word) ? before : `${before}, ${word}`
}

function optionCandidates({ verb, given, word }: Reading): readonly Candidate[] {
  const open = optionsOf(verb).filter((option) => option.repeatable || !given.has(longName(option)))
  return open.flatMap(({ names, description }) => {
    // A short name is offered where there is no other, or where it is what was typed.
    const shown = names.filter((name) => name.startsWith('--') || names.length === 1 || name === word)
    return shown.map((text) => ({ text, description }))
  })
}

async function operandCandidates(verb: Verb, reading: Reading, sources: Sources): Promise<Answer> {
  const kind = kindOfOperand(verb, reading.operands.length)
  // A verb that takes no more words is gone on with by its options.
  if (kind.kind === 'none') return offer(optionCandidates(reading))
  const answer = await valueCandidates(kind, reading, sources)
  return { ...answer, candidates: answer.candidates.filter(({ text }) => !reading.operands.includes(text)) }
}

async function valueCandidates(kind: ValueKind, reading: Reading, sources: Sources): Promise<Answer> {
  switch (kind.kind) {
    case 'words':
      return offer(kind.words.map((text) => ({ text, description: '' })))
    case 'process':
      return processCandidates(kind, reading.word, sources)
    case 'label':
      return offer(await labelsOf(namedProcess(reading), sources))
    case 'process-pid':
      return offer(pidCandidates(await sources.processes()))
    case 'program-pid':
      return offer(sources.programs().map(({ pid, line }) => ({ text: String(pid), description: line })))
    case 'program-line':
      return offer(linesOf(sources.programs()))
    case 'host':
      return offer(hostCandidates(await sources.hosts()))
    case 'files':
    case 'folders':
      return { shell: kind.kind, candidates: [] }
    case 'none':
      return nothing
    default:
      return assertNever(kind)
  }
}

type ProcessKind = ValueKind & { readonly kind: 'process' }

/** In `a:up,b` only what stands behind the last comma is still open. */
async function processCandidates({ list, state }: ProcessKind, word: string, sources: Sources): Promise<Answer> {
  const before = list ? word.slice(0, word.lastIndexOf(',') + 1) : ''
  const last = word.slice(before.length)
  const colon = last.indexOf(':')
  const isState = state && colon >= 0
  const candidates = isState
    ? await stateCandidates(last.slice(0, colon), sources)
    : (await sources.processes()).flatMap((row) => namesOf(row, last))
  return offer(
    candidates.map(({ text, description }) => ({ text: `${before}${text}`, description })),
    state && !isState ? 'open' : 'nothing',
  )
}

/** What a dependence may ask of this parent. */
async function stateCandidates(parent: string, sources: Sources): Promise<readonly Candidate[]> {
  const labels = await labelsOf(parent, sources)
  const reserved = reservedStates.map((text) => ({ text, description: '' }))
  return [...labels, ...reserved].map(({ text, description }) => ({ text: `${parent}:${text}`, description }))
}

const labelsOf = async (name: string | null, sources: Sources): Promise<readonly Candidate[]> =>
  name === null ? [] : (await sources.labels(name)).map((text) => ({ text, description: 'saved state' }))

/** The process that the command line is about. */
const namedProcess = ({ given, operands }: Reading): string | null =>
  given.get('--alias')?.at(-1) ?? given.get('--name')?.at(-1) ?? operands[0] ?? null

/** Its alias; its name where it has none, or where the name is what is being typed. */
function namesOf({ alias, name, life }: ProcessRow, word: string): readonly Candidate[] {
  const status = statusWord[statusOf(life)]
  if (alias === null) return [{ text: name, description: status }]
  const named = { text: name, description: `${status}, ${alias}` }
  return [{ text: alias, description: `${status}, ${name}` }, ...(word !== '' && name.startsWith(word) ? [named] : [])]
}

/** Only what ssh reaches: this machine needs no name. */
const hostCandidates = (hosts: readonly HostRow[]): readonly Candidate[] =>
  hosts
    .filter(({ kind }) => kind === 'ssh')
    .map(({ name, state, address }) => ({
      text: name,
      description: [hostStateWord(state), ...(address === null ? [] : [address])].join(', '),
    }))

const pidCandidates = (rows: readonly ProcessRow[]): readonly Candidate[] =>
  rows.flatMap((row) => {
    const pid = pidOf(row.life)
    return pid === null ? [] : [{ text: String(pid), description: row.alias ?? row.name }]
  })

/** Each line once, with the pid where it is the only one that runs so. */
function linesOf(programs: readonly Program[]): readonly Candidate[] {
  const pids = new Map<string, number[]>()
  for (const { pid, line } of programs) pids.set(line, [...(pids.get(line) ?? []), pid])
  return [...pids].map(([text, of]) => ({
    text,
    description: of.length === 1 ? `pid ${of[0]}` : `${of.length} programs`,
  }))
}

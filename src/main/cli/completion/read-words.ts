import type { Verb } from '../verb.ts'
import { globalOptions, type KnownOption, knownOption, longName } from './option-flags.ts'

/** What stands where the cursor is. */
export type Place =
  | { readonly kind: 'verb' }
  | { readonly kind: 'option' }
  /** `prefix` is what of the word comes before the value: `--state=`, or nothing. */
  | { readonly kind: 'value'; readonly option: KnownOption; readonly prefix: string }
  | { readonly kind: 'operand' }
  /** Behind `--`: a command of somebody else. */
  | { readonly kind: 'command' }

/** A command line that is still being written. */
export type Reading = {
  /** Groups and verb so far. */
  readonly path: readonly string[]
  /** Null while no verb is complete. */
  readonly verb: Verb | null
  /** Positional arguments before the cursor. */
  readonly operands: readonly string[]
  /** Options before the cursor by their long names, each with its values in order. */
  readonly given: ReadonlyMap<string, readonly string[]>
  readonly place: Place
  /** The text at the cursor, of an option's value without its prefix. */
  readonly word: string
}

/** Reads the words behind `procession`; the last one, which may be empty, is the one at the cursor. */
export function readWords(words: readonly string[], verbs: readonly Verb[]): Reading {
  const walk = new Walk(verbs)
  for (const word of words.slice(0, -1)) walk.pass(word)
  return walk.arrive(words.at(-1) ?? '')
}

class Walk {
  private readonly verbs: readonly Verb[]
  private readonly path: string[] = []
  private verb: Verb | null = null
  private readonly operands: string[] = []
  private readonly given = new Map<string, string[]>()
  /** The option whose value comes next. */
  private open: KnownOption | null = null
  private isCommand = false

  constructor(verbs: readonly Verb[]) {
    this.verbs = verbs
  }

  pass(word: string): void {
    if (this.isCommand) return
    if (this.open !== null) {
      this.give(this.open, word)
      this.open = null
    } else if (word === '--') this.isCommand = true
    else if (word.startsWith('-')) this.passOption(word)
    else if (this.verb === null) this.descend(word)
    else this.operands.push(word)
  }

  arrive(word: string): Reading {
    const { path, verb, operands, given } = this
    const reading = { path, verb, operands, given }
    if (this.isCommand) return { ...reading, place: { kind: 'command' }, word }
    if (this.open !== null) return { ...reading, place: { kind: 'value', option: this.open, prefix: '' }, word }
    const written = this.optionWith(word)
    if (written !== null) {
      const prefix = word.slice(0, word.length - written.value.length)
      return { ...reading, place: { kind: 'value', option: written.option, prefix }, word: written.value }
    }
    if (word.startsWith('-')) return { ...reading, place: { kind: 'option' }, word }
    return { ...reading, place: { kind: verb === null ? 'verb' : 'operand' }, word }
  }

  private passOption(word: string): void {
    const written = this.optionWith(word)
    const option = this.options().find(({ names }) => names.includes(word))
    if (written !== null) this.give(written.option, written.value)
    else if (option?.value === null) this.give(option, '')
    else this.open = option ?? null
  }

  /** `--home=/x`, or `-C/x`: an option with its value in the same word. */
  private optionWith(word: string): { readonly option: KnownOption; readonly value: string } | null {
    const isLong = word.startsWith('--')
    const length = isLong ? word.indexOf('=') : 2
    if (!word.startsWith('-') || length < 2 || (!isLong && word.length <= length)) return null
    const option = this.options().find(({ names, value }) => value !== null && names.includes(word.slice(0, length)))
    return option === undefined ? null : { option, value: word.slice(isLong ? length + 1 : length) }
  }

  private options(): readonly KnownOption[] {
    return optionsOf(this.verb)
  }

  private give(option: KnownOption, value: string): void {
    const name = longName(option)
    this.given.set(name, [...(this.given.get(name) ?? []), value])
  }

  private descend(word: string): void {
    this.path.push(word)
    this.verb = this.verbs.find(({ path }) => path.join(' ') === this.path.join(' ')) ?? null
  }
}

/** The options that may stand at this verb, or before any. */
export const optionsOf = (verb: Verb | null): readonly KnownOption[] => [
  ...(verb?.options.map(knownOption) ?? []),
  ...globalOptions,
]

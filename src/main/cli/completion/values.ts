import { onLossChoices } from '../../../shared/domain/dependence.ts'
import { restartPolicies } from '../../../shared/domain/restart.ts'
import type { Verb } from '../verb.ts'
import { type KnownOption, longName } from './option-flags.ts'

/** What may stand as a value. */
export type ValueKind =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Alias or name of a process; `list` takes several with commas between, `state` a state behind a colon. */
  | { readonly kind: 'process'; readonly list: boolean; readonly state: boolean }
  /** Label of a saved state of the process that the command line names. */
  | { readonly kind: 'label' }
  /** Pid of a process of the session. */
  | { readonly kind: 'process-pid' }
  /** Pid, or beginning of the command line, of any program of this user. */
  | { readonly kind: 'program-pid' }
  | { readonly kind: 'program-line' }
  /** Name of a machine. */
  | { readonly kind: 'host' }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  /** Something that only the person knows. */
  | { readonly kind: 'none' }

const none: ValueKind = { kind: 'none' }
const process: ValueKind = { kind: 'process', list: false, state: false }
const folders: ValueKind = { kind: 'folders' }
const files: ValueKind = { kind: 'files' }
const label: ValueKind = { kind: 'label' }
const words = (...list: readonly string[]): ValueKind => ({ kind: 'words', words: list })

/** The signals that `--stop-signal` takes. */
const stopSignals = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2', 'KILL']

/** By the verb and the option, where the option means something else there than elsewhere. */
const byVerb: Readonly<Record<string, ValueKind>> = {
  'session start --alias': none,
  'session start --name': none,
  'session init --name': none,
  'session wait --pid': { kind: 'process-pid' },
}

const byOption: Readonly<Record<string, ValueKind>> = {
  '--alias': process,
  '--name': process,
  '--parent': { kind: 'process', list: true, state: true },
  '--child': { kind: 'process', list: true, state: false },
  '--pid': { kind: 'program-pid' },
  '--cmdline': { kind: 'program-line' },
  '--state': label,
  '--restart': words(...restartPolicies),
  '--shutdown': words('0', '1'),
  '--stop-signal': words(...stopSignals),
  '--detach-key': words('ctrl-]', 'ctrl-a', 'ctrl-b', 'ctrl-\\'),
  '--on-loss': words(...onLossChoices),
}

/** By what the help calls the value, in lower case: `<dir>`, `[NAME...]`. */
const byPlaceholder: Readonly<Record<string, ValueKind>> = {
  name: process,
  path: folders,
  dir: folders,
  folder: folders,
  file: files,
  host: { kind: 'host' },
  label,
  state: label,
  shell: words('bash', 'zsh', 'fish'),
}

/** What the value of an option may be. */
export function kindOfOption(verb: Verb | null, option: KnownOption): ValueKind {
  const name = longName(option)
  const placeholder = option.value ?? ''
  return (
    own(byVerb, `${verb?.path.join(' ') ?? ''} ${name}`) ??
    own(byOption, name) ??
    own(byPlaceholder, placeholder.toLowerCase()) ??
    (placeholder.includes('|') ? words(...placeholder.split('|')) : none)
  )
}

/** What the positional argument at `index` may be; none where the verb takes no more. */
export function kindOfOperand(verb: Verb, index: number): ValueKind {
  const operands = verb.operands.match(/[<[][^\]>]+[\]>]/g) ?? []
  const last = operands.at(-1)
  const operand = operands[index] ?? (last?.includes('...') ? last : undefined)
  const name = operand?.replace(/[<>[\]]|\.{3}/g, '') ?? ''
  return own(byPlaceholder, name.toLowerCase()) ?? (name.includes('|') ? words(...name.split('|')) : none)
}

const own = (table: Readonly<Record<string, ValueKind>>, key: string): ValueKind | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

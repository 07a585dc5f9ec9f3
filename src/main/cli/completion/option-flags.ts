import type { OptionSpec } from '../verb.ts'

/** One option as the words of a command line are read by. */
export type KnownOption = {
  /** `-a` and `--alias`. */
  readonly names: readonly string[]
  /** What its value is called (`alias`, `0|1`); null for a flag. */
  readonly value: string | null
  readonly description: string
  readonly repeatable: boolean
}

/** Reads `-a, --alias <alias>` as commander writes it. */
export function knownOption({ flags, description, repeatable }: OptionSpec): KnownOption {
  return {
    names: flags.match(/(?<=^|, )-{1,2}[A-Za-z][\w-]*/g) ?? [],
    value: /<([^>]+)>/.exec(flags)?.[1] ?? null,
    description,
    repeatable: repeatable === true,
  }
}

/** Those that every verb has. */
export const globalOptions: readonly KnownOption[] = [
  { flags: '--json', description: 'print JSON with stable keys' },
  { flags: '--home <dir>', description: 'folder of the daemon' },
  { flags: '-C <dir>', description: 'act as if started in this folder' },
  { flags: '-h, --help', description: 'print the help' },
  { flags: '--version', description: 'print the version' },
].map(knownOption)

/** What an option is listed as. */
export const longName = (option: KnownOption): string => option.names.at(-1) ?? ''

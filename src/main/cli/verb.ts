import type { Result } from '../../shared/domain/result.ts'
import type { Cli } from './cli.ts'

/** Exit code of a verb that did what it was asked. */
export const exitOk = 0
/** Exit code of a verb that did only a part, which it has said on standard error. */
export const exitPartly = 1
/** Exit code of a verb that found what it was asked to check wrong, and has said so. */
export const exitUsage = 2
/** Of a program that was ended by Ctrl-C: 128 + SIGINT (bash(1), EXIT STATUS). */
export const exitInterrupted = 130

export type OptionSpec = {
  /** As commander writes them: `-a, --alias <name>`. */
  readonly flags: string
  readonly description: string
  /** May be given more than once; its values are collected in order. */
  readonly repeatable?: true
}

/** What one call of a verb was given. */
export type Invocation = {
  /** Positional arguments; of a verb that takes a command those before `--`. */
  readonly operands: readonly string[]
  /** Everything after the first `--`; null without one, and for a verb that takes no command. */
  readonly command: readonly string[] | null
  readonly options: OptionValues
}

/** One verb: how it is called, what its help says, what it does. */
export type Verb = {
  /** The verb behind its groups: `['serve']`, `['session', 'start']`, `['session', 'dependence', 'add']`. */
  readonly path: readonly [string, ...string[]]
  readonly summary: string
  /** Positional arguments as commander writes them: `[NAME...]`; empty for none. */
  readonly operands: string
  /** What follows `--` is a command line of its own; for other verbs `--` only says that no option follows. */
  readonly takesCommand?: true
  readonly options: readonly OptionSpec[]
  /** Printed under the options; at least one. */
  readonly examples: readonly string[]
  /** Further lines of the help. */
  readonly notes?: readonly string[]
  /** Called by our own scripts and not by people: no help lists it. */
  readonly hidden?: true
  /** The exit code, or the failure that becomes one. */
  readonly run: (invocation: Invocation, cli: Cli) => Promise<Result<number>>
}

/** The options of one invocation by their long names in camel case. */
export class OptionValues {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  /** Of a pair `--x` and `--no-x`: undefined where neither was given. */
  choice(name: string): boolean | undefined {
    const value = this.#values[name]
    return typeof value === 'boolean' ? value : undefined
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  list(name: string): readonly string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : []
  }
}

import { redactArgv } from '../../../../shared/text/redact.ts'
import { listPrograms } from './programs.ts'

type CommandLines = ReadonlySet<string>

/**
 * Tells whether any program of this user has a command line. Calls that come while a scan is under way share the next
 * one, so that a burst of starts looks at the process table a few times and not once each.
 */
export class SharedCommandLines {
  readonly #scan: () => Promise<CommandLines>
  #running: Promise<CommandLines> | null = null
  #next: Promise<CommandLines> | null = null

  constructor(bootId: string, list: typeof listPrograms = listPrograms) {
    this.#scan = async () => new Set((await list(bootId)).map(({ argv }) => keyOf(redactArgv(argv))))
  }

  /** `argv` is redacted. The scan begins after the call. Rejects when descriptors ran out. */
  async has(argv: readonly string[]): Promise<boolean> {
    this.#next ??= this.#begin()
    return (await this.#next).has(keyOf(argv))
  }

  async #begin(): Promise<CommandLines> {
    const before = this.#running
    // Whoever calls in the same turn belongs to this scan.
    await (before === null ? Promise.resolve() : before.catch(() => {}))
    const scan = this.#scan()
    this.#running = scan
    this.#next = null
    try {
      return await scan
    } finally {
      if (this.#running === scan) this.#running = null
    }
  }
}

const keyOf = (argv: readonly string[]): string => argv.join('\0')

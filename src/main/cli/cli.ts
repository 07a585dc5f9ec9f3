import type { Client } from '../../shared/client/client.ts'
import type { Result } from '../../shared/domain/result.ts'
import type { Places } from '../carrier/places.ts'
import type { Printer } from './printer.ts'
import type { CallerTerminal } from './terminal/caller-terminal.ts'

/** What verbs need of a connection to the daemon. */
export type DaemonClient = Pick<Client, 'call' | 'watch' | 'bytes'>

export type DaemonLink = {
  /** Connects; where no daemon runs, starts it first. A lasting connection that is lost is opened again. */
  connect(options?: { readonly lasting?: boolean }): Promise<Result<DaemonClient>>
  /** Connects to a running daemon; null where none runs. */
  find(): Promise<Result<DaemonClient | null>>
  /**
   * Connects to the running daemon of `home` (a value of `--home`; else that of this program), if it answers within the
   * time. Null otherwise, whatever the reason.
   */
  glance(home: string | undefined, timeoutMs: number): Promise<DaemonClient | null>
  /** Starts a daemon where none runs. */
  ensure(): Promise<Result<{ readonly pid: number; readonly started: boolean }>>
  /** Ends a daemon that cannot be talked to (another protocol): processes stay. Null where none runs. */
  terminate(): Promise<Result<{ readonly pid: number } | null>>
}

/** Everything a verb may use of the world. */
export type Cli = {
  readonly json: boolean
  /** Absolute: `-C`, else the current folder. */
  readonly workspace: string
  readonly out: Printer
  readonly err: Printer
  readonly environment: Readonly<NodeJS.ProcessEnv>
  readonly places: Places
  /** Folder that holds package.json, out/ and, in a clone, scripts/. */
  readonly programRoot: string
  readonly daemon: DaemonLink
  /** Null where there is no terminal to ask on. */
  readonly askSecret: ((name: string) => Promise<string | null>) | null
  /** Asks for yes or no; null where there is no terminal to ask on. */
  readonly confirm: ((question: string) => Promise<boolean>) | null
  /** Null where standard input and output are not one. */
  readonly terminal: CallerTerminal | null
  /** From its first use on, Ctrl-C and SIGTERM abort it instead of ending the program. */
  readonly interrupted: () => AbortSignal
  readonly now: () => number
}

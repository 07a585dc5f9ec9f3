import type { Result } from '../../../shared/domain/result.ts'

/** In characters. */
export type TerminalSize = { readonly cols: number; readonly rows: number }

/** A terminal in which nothing runs yet. */
export type NewTerminal = {
  /** What the program gets as its standard input, output and errors. */
  readonly descriptor: number
  /** Closes the descriptor here: whoever was started with it has its own. When nobody was, the terminal ends at once. */
  release(): void
}

/** The terminals of this daemon's programs. They end with it: their programs get SIGHUP then. */
export interface Terminals {
  /**
   * Makes a terminal for the next run of a process. All that is shown in it is appended to `outPath`, whether anybody
   * looks on or not. Fails with `unsupported` where the module for terminals was not built, and like opening a file.
   */
  open(processId: string, outPath: string): Promise<Result<NewTerminal>>
  /** Whether this daemon made the terminal of the newest run. */
  isOurs(processId: string): boolean
  /** Whether the current run has a terminal of this daemon that has not ended. */
  has(processId: string): boolean
  /**
   * What the terminal of the current run shows: the end of what it showed so far, then all that comes, up to its end.
   * Gives it this size first. Whoever reads slowly misses the middle, never the present.
   */
  output(processId: string, size: TerminalSize, signal: AbortSignal): Result<AsyncIterable<Uint8Array>>
  /** What somebody types. Fails with `conflict` while the program has long not read what was typed before. */
  write(processId: string, data: string): Result<null>
  resize(processId: string, size: TerminalSize): Result<null>
  /** Ends all of them, once what they showed is written down. */
  close(): Promise<void>
}

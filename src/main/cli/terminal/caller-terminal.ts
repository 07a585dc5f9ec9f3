import { spawnSync } from 'node:child_process'
import type { ReadStream, WriteStream } from 'node:tty'

export type TerminalSize = { readonly cols: number; readonly rows: number }

export type TerminalEvents = {
  /** What was typed, whole characters. */
  readonly onInput: (text: string) => void
  readonly onResize: (size: TerminalSize) => void
  /** Nothing more can be typed. */
  readonly onEnd: () => void
}

export type OpenTerminal = Disposable & {
  /** Holds what is typed back while there is no room for it. */
  readonly pause: () => void
  readonly resume: () => void
}

/** The terminal that a verb was called on. */
export type CallerTerminal = {
  readonly size: () => TerminalSize
  /** Every key goes to `onInput`, Ctrl-C included, and none is shown, until it is disposed of. */
  readonly open: (events: TerminalEvents) => OpenTerminal
}

/** Of a terminal that does not tell (a serial line): what terminals have been for ever. */
const usualSize: TerminalSize = { cols: 80, rows: 24 }
/** What the daemon takes. */
const longestSide = 1000

const side = (value: number, usual: number): number => (value >= 1 ? Math.min(longestSide, value) : usual)

/**
 * Raw mode leaves on that a line feed goes back to the first column too (libuv, uv_tty_set_mode), but the program's own
 * terminal has done that already, and screens that are drawn need it off. Where there is no stty(1), they look worse.
 */
const passOutput = (): void => void spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] })

/** Node gives the terminal back to the shell as it was when the program ends in any other way. */
export function callerTerminal(input: ReadStream, output: WriteStream): CallerTerminal {
  const size = () => ({ cols: side(output.columns, usualSize.cols), rows: side(output.rows, usualSize.rows) })
  return {
    size,
    open: ({ onInput, onResize, onEnd }) => {
      const resized = () => onResize(size())
      input.setRawMode(true)
      passOutput()
      // Characters that are cut between two reads are put together.
      input.setEncoding('utf8')
      input.on('data', onInput)
      input.on('end', onEnd)
      input.on('error', onEnd)
      output.on('resize', resized)
      input.resume()
      return {
        pause: () => void input.pause(),
        resume: () => void input.resume(),
        [Symbol.dispose]: () => {
          output.off('resize', resized)
          input.off('data', onInput)
          input.off('end', onEnd)
          // A terminal that was hung up says so here.
          input.setRawMode(false)
          input.off('error', onEnd)
          input.pause()
        },
      }
    },
  }
}

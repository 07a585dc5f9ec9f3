import type { Writable } from 'node:stream'
import { printable, printableJson } from './printable.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

/** Text of one line, cleaned of control characters when printed, and how it looks where colours are on. */
export type Piece = string | { readonly text: string; readonly style: Style }

/** Parameters of SGR (ECMA-48, 8.3.117). */
const styleCodes: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
}

export const styled = (text: string, style: Style): Piece => ({ text, style })

export const plainText = (piece: Piece): string => (typeof piece === 'string' ? piece : piece.text)

/** One line as it goes out, without its newline. */
export function renderLine(pieces: readonly Piece[], colour: boolean): string {
  return pieces
    .map((piece) => {
      const text = printable(plainText(piece))
      return typeof piece === 'string' || !colour || text === ''
        ? text
        : `\x1b[${styleCodes[piece.style]}m${text}\x1b[0m`
    })
    .join('')
}

/** Where a verb prints: standard output or standard error. */
export type Printer = {
  readonly isTerminal: boolean
  readonly colour: boolean
  /** One line; control characters in it, newlines included, are dropped. */
  line(...pieces: readonly Piece[]): void
  json(value: unknown): void
  /** Untouched; resolves when there is room for more. */
  bytes(part: Uint8Array): Promise<void>
}

export type OutputStream = Writable & { readonly isTTY?: boolean }

/** Colours only on a terminal, and not where NO_COLOR says no (https://no-color.org: present and not empty). */
export function createPrinter(stream: OutputStream, environment: Readonly<NodeJS.ProcessEnv>): Printer {
  const isTerminal = stream.isTTY === true
  const colour = isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb'
  return {
    isTerminal,
    colour,
    line(...pieces) {
      stream.write(`${renderLine(pieces, colour)}\n`)
    },
    json(value) {
      stream.write(`${printableJson(value, isTerminal)}\n`)
    },
    bytes: (part) =>
      new Promise((resolve) => {
        if (stream.write(part)) resolve()
        else stream.once('drain', resolve)
      }),
  }
}

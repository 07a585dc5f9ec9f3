const newline = 10
const carriageReturn = 13

/** Position of the next newline at or after `from`, or -1. */
export const nextNewline = (bytes: Uint8Array, from: number): number => bytes.indexOf(newline, from)

/** What a piece of a line (without its newline) leaves of it. */
export type Piece = {
  /** The text after the last carriage return that something follows; `at` is where it begins in the piece. */
  readonly text: Uint8Array
  readonly at: number
  /** True when it goes back to the start of the line, whose text so far is then obsolete. */
  readonly startsAnew: boolean
  /** True when carriage returns end it: what follows them, if anything does, replaces the text. */
  readonly returned: boolean
}

/**
 * A program that draws progress goes back to the start of its line again and again; only its last state is kept. The
 * returns before a newline belong to the line's end, as DOS writes it.
 */
export function readPiece(piece: Uint8Array): Piece {
  let end = piece.length
  while (end > 0 && piece[end - 1] === carriageReturn) end -= 1
  const body = piece.subarray(0, end)
  const last = body.lastIndexOf(carriageReturn)
  return { text: body.subarray(last + 1), at: last + 1, startsAnew: last >= 0, returned: end < piece.length }
}

/** Pieces one after the other. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

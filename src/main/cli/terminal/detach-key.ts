import { failure, type Result, success } from '../../../shared/domain/result.ts'

/** A key that leaves a terminal without ending what runs in it. */
export type DetachKey = {
  /** As it is written on the keyboard: `Ctrl-]`. */
  readonly name: string
  /** All that a terminal may send for it. */
  readonly sequences: readonly string[]
}

/** What telnet(1) leaves by: programs hardly use it. */
export const usualDetachKey = 'ctrl-]'

/** The keys that Ctrl makes a control character of (ASCII 0x40 to 0x5f). */
const controlKey = /^(?:ctrl-|\^)([a-z@[\\\]^_])$/i

/** Reads `ctrl-]`, `ctrl-a` or `^a`. */
export function parseDetachKey(text: string): Result<DetachKey> {
  const [, letter] = controlKey.exec(text) ?? []
  if (letter === undefined) {
    return failure(
      'bad_input',
      `Not a key to detach by: ${text}`,
      'Write ctrl- and a letter or one of @ [ \\ ] ^ _, such as ctrl-].',
    )
  }
  const key = letter.toUpperCase()
  const code = letter.toLowerCase().charCodeAt(0)
  return success({
    name: `Ctrl-${key}`,
    sequences: [
      String.fromCharCode(key.charCodeAt(0) - '@'.charCodeAt(0)),
      // What it is while a program has asked for unambiguous keys: CSI u of the kitty keyboard protocol (modifier 5 is
      // Ctrl), and xterm's modifyOtherKeys.
      `\x1b[${code};5u`,
      `\x1b[27;5;${code}~`,
    ],
  })
}

/** What was typed before the key; null where it was not. */
export function typedBefore(text: string, { sequences }: DetachKey): string | null {
  const places = sequences.map((sequence) => text.indexOf(sequence)).filter((place) => place >= 0)
  return places.length === 0 ? null : text.slice(0, Math.min(...places))
}

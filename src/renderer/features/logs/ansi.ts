export type Colour =
  /** One of the 16 colours that the theme names. */
  | { readonly kind: 'palette'; readonly index: number }
  | { readonly kind: 'rgb'; readonly red: number; readonly green: number; readonly blue: number }

export type Style = {
  readonly foreground: Colour | null
  readonly background: Colour | null
  readonly bold: boolean
  readonly dim: boolean
  readonly italic: boolean
  readonly underline: boolean
  readonly strike: boolean
  readonly inverse: boolean
}

export type Span = { readonly text: string; readonly style: Style | null }

const plain: Style = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
}

const escapeCharacter = '\u001b'
const bell = '\u0007'

/**
 * Splits a line into pieces of one style. Knows SGR with 16, 256 and true colours (ECMA-48 8.3.117, ITU-T T.416); every
 * other escape sequence and control character except the tab is left out, but NUL and what could reorder the line are
 * made visible.
 */
export function parseAnsi(line: string): Span[] {
  const spans: Span[] = []
  let style: Style | null = null
  let at = 0
  while (at < line.length) {
    const next = line.indexOf(escapeCharacter, at)
    const text = visible(line.slice(at, next < 0 ? line.length : next))
    if (text !== '') spans.push({ text, style })
    if (next < 0) break
    const { end, codes } = readSequence(line, next)
    if (codes !== null) style = applyCodes(style ?? plain, codes)
    at = end
  }
  return spans
}

/** The text of a line alone. */
export const withoutAnsi = (line: string): string =>
  line.includes(escapeCharacter)
    ? parseAnsi(line)
        .map(({ text }) => text)
        .join('')
    : visible(line)

const nulSymbol = '\u2400'

/** Embeddings, overrides and isolates (Unicode TR 9, 2.1 to 2.4): with them a line could show its words in another order. */
const isBidiControl = (code: number): boolean =>
  (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)

const isControl = (code: number): boolean => (code < 32 && code !== 9) || (code >= 127 && code < 160)

/** What stands for a character that is not shown as it is; null for one that is. */
function standIn(code: number): string | null {
  if (code === 0) return nulSymbol
  if (isControl(code)) return ''
  return isBidiControl(code) ? `\\u${code.toString(16).toUpperCase()}` : null
}

function visible(text: string): string {
  let clean = ''
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    const shown = standIn(text.charCodeAt(at))
    if (shown === null) continue
    clean += text.slice(from, at) + shown
    from = at + 1
  }
  return from === 0 ? text : clean + text.slice(from)
}

/** Where the sequence that begins at `start` ends, and its numbers if it is SGR. */
function readSequence(line: string, start: number): { end: number; codes: string | null } {
  const kind = line.charAt(start + 1)
  if (kind === '[') {
    let end = start + 2
    while (end < line.length && !isFinal(line.charCodeAt(end))) end += 1
    return { end: end + 1, codes: line.charAt(end) === 'm' ? line.slice(start + 2, end) : null }
  }
  if (kind === ']' || kind === 'P' || kind === '_' || kind === '^')
    return { end: endOfString(line, start + 2), codes: null }
  return { end: start + 2, codes: null }
}

const isFinal = (code: number): boolean => code >= 0x40 && code <= 0x7e

/** Operating system commands and their like end with BEL or ESC \. */
function endOfString(line: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    if (line.charAt(at) === bell) return at + 1
    if (line.charAt(at) === escapeCharacter) return line.charAt(at + 1) === '\\' ? at + 2 : at
  }
  return line.length
}

function applyCodes(before: Style, codes: string): Style | null {
  const numbers = codes.split(/[;:]/).map((text) => (text === '' ? 0 : Number(text)))
  let style = before
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0
    if (code === 38 || code === 48) {
      const { colour, used } = extendedColour(numbers, at + 1)
      style = code === 38 ? { ...style, foreground: colour } : { ...style, background: colour }
      at += used
    } else {
      style = applyCode(style, code)
    }
  }
  return style === plain ? null : style
}

function extendedColour(numbers: readonly number[], at: number): { colour: Colour | null; used: number } {
  const mode = numbers[at]
  if (mode === 5) return { colour: indexedColour(numbers[at + 1] ?? 0), used: 2 }
  if (mode === 2) {
    const [red = 0, green = 0, blue = 0] = numbers.slice(at + 1, at + 4)
    return { colour: { kind: 'rgb', red, green, blue }, used: 4 }
  }
  return { colour: null, used: 1 }
}

/** Of the 256 colours 16 are named, 216 a cube of six levels, 24 greys. */
function indexedColour(index: number): Colour {
  if (index < 16) return { kind: 'palette', index }
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return { kind: 'rgb', red: grey, green: grey, blue: grey }
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  const cube = index - 16
  return {
    kind: 'rgb',
    red: level(Math.floor(cube / 36)),
    green: level(Math.floor(cube / 6) % 6),
    blue: level(cube % 6),
  }
}

function applyCode(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) return { ...style, foreground: { kind: 'palette', index: code - 30 } }
  if (code >= 90 && code <= 97) return { ...style, foreground: { kind: 'palette', index: code - 82 } }
  if (code >= 40 && code <= 47) return { ...style, background: { kind: 'palette', index: code - 40 } }
  if (code >= 100 && code <= 107) return { ...style, background: { kind: 'palette', index: code - 92 } }
  switch (code) {
    case 0:
      return plain
    case 1:
      return { ...style, bold: true }
    case 2:
      return { ...style, dim: true }
    case 3:
      return { ...style, italic: true }
    case 4:
    case 21:
      return { ...style, underline: true }
    case 7:
      return { ...style, inverse: true }
    case 9:
      return { ...style, strike: true }
    case 22:
      return { ...style, bold: false, dim: false }
    case 23:
      return { ...style, italic: false }
    case 24:
      return { ...style, underline: false }
    case 27:
      return { ...style, inverse: false }
    case 29:
      return { ...style, strike: false }
    case 39:
      return { ...style, foreground: null }
    case 49:
      return { ...style, background: null }
    default:
      return style
  }
}

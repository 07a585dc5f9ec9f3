import { showDirections } from './printable.ts'

// Output of a program on its way to a terminal: text, newlines, tabs and colours pass; whatever else could steer the
// terminal is dropped, and characters that change the direction of text are escaped. Sequences: ECMA-48 5.3 to 5.6 and xterm's control sequences.

const escapeCharacter = '\x1b'
const bell = '\x07'
const c1 = { string: '\u0098', csi: '\u009b', st: '\u009c', osc: '\u009d', pm: '\u009e', apc: '\u009f', dcs: '\u0090' }

/** No real colour sequence is longer; a longer one is dropped, so that nothing is held without bound. */
const longestColour = 128

type State =
  | { readonly kind: 'text' }
  | { readonly kind: 'escape' }
  /** Intermediate bytes of a two-character escape such as `ESC ( B`. */
  | { readonly kind: 'intermediate' }
  | { readonly kind: 'control'; readonly parameters: string }
  /** Title, hyperlink and device strings: dropped up to their end, or to the end of the line. */
  | { readonly kind: 'string' }

const inText: State = { kind: 'text' }

/** A filter for one stream; parts of it may be cut anywhere, also inside a character or a sequence. */
export class ColoursOnly {
  readonly #decoder = new TextDecoder()
  readonly #colour: boolean
  #state: State = inText
  #afterReturn = false
  /** True while a colour is on that has not been taken back. */
  #coloured = false

  /** @param colour false drops colours too */
  constructor(colour: boolean) {
    this.#colour = colour
  }

  filter(part: Uint8Array): string {
    let passed = ''
    for (const character of this.#decoder.decode(part, { stream: true })) passed += this.#take(character)
    return passed
  }

  /** What ends the stream: the rest of a cut character, and colours off. */
  end(): string {
    let passed = ''
    for (const character of this.#decoder.decode()) passed += this.#take(character)
    return this.#coloured ? `${passed}${escapeCharacter}[0m` : passed
  }

  #take(character: string): string {
    switch (this.#state.kind) {
      case 'text':
        return this.#takeText(character)
      case 'escape':
        this.#takeEscape(character)
        return ''
      case 'intermediate':
        if (!(character >= ' ' && character <= '/')) this.#state = inText
        return character === '\n' ? character : ''
      case 'control':
        return this.#takeControl(character, this.#state.parameters)
      case 'string':
        return this.#takeString(character)
    }
  }

  #takeText(character: string): string {
    const followsReturn = this.#afterReturn
    this.#afterReturn = false
    if (character === '\n') return followsReturn ? '' : character
    if (character === '\t') return character
    if (character === '\r') {
      // A progress bar draws over its own line: each of its states becomes a line, nothing is hidden.
      this.#afterReturn = true
      return '\n'
    }
    if (character === escapeCharacter) this.#state = { kind: 'escape' }
    else if (character === c1.csi) this.#state = { kind: 'control', parameters: '' }
    else if ([c1.dcs, c1.string, c1.osc, c1.pm, c1.apc].includes(character)) this.#state = { kind: 'string' }
    else if (!isControl(character)) return showDirections(character)
    return ''
  }

  #takeEscape(character: string): void {
    if (character === '[') this.#state = { kind: 'control', parameters: '' }
    else if (']PX^_'.includes(character)) this.#state = { kind: 'string' }
    else if (character >= ' ' && character <= '/') this.#state = { kind: 'intermediate' }
    else if (character !== escapeCharacter) this.#state = inText
  }

  #takeControl(character: string, parameters: string): string {
    if (character >= ' ' && character <= '?' && parameters.length < longestColour) {
      this.#state = { kind: 'control', parameters: parameters + character }
      return ''
    }
    this.#state = character === escapeCharacter ? { kind: 'escape' } : inText
    if (character === '\n') return character
    if (character !== 'm' || !this.#colour || !/^[\d;:]*$/.test(parameters)) return ''
    this.#coloured = !/^[0;:]*$/.test(parameters)
    return `${escapeCharacter}[${parameters}m`
  }

  #takeString(character: string): string {
    if (character === '\n') {
      this.#state = inText
      return character
    }
    if (character === bell || character === c1.st) this.#state = inText
    else if (character === escapeCharacter) this.#state = { kind: 'escape' }
    return ''
  }
}

const isControl = (character: string): boolean => character < ' ' || (character >= '\x7f' && character <= '\x9f')

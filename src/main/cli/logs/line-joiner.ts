import type { LogLines } from '../../../shared/contract/log-part.ts'

type File = Pick<LogLines, 'source' | 'stream'>
type FileKey = `${number} ${LogLines['stream']}`

const newline = 0x0a
const escapeByte = 0x1b
const reset = '\x1b[0m'
const nothing = new Uint8Array(0)

const keyOf = ({ source, stream }: File): FileKey => `${source} ${stream}`

/**
 * Puts what several logs hold into one stream. A line that is unfinished when another log goes on is ended there. With
 * labels each line begins with that of its log, and the colours of one log do not run into the lines of another.
 */
export class LineJoiner {
  readonly #labels: readonly string[] | null
  /** Of each log, the colours that are on where its text goes on (SGR sequences, ECMA-48 8.3.117). */
  readonly #colours = new Map<FileKey, string>()
  #current: FileKey | null = null
  #isLineStart = true

  /** @param labels by source; null: lines go as they are */
  constructor(labels: readonly string[] | null) {
    this.#labels = labels
  }

  write(file: File, bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return nothing
    const key = keyOf(file)
    const before = this.#current === key ? nothing : this.endLine()
    this.#current = key
    const text = this.#labels === null ? bytes : this.#labelled(key, this.#labels[file.source] ?? '', bytes)
    this.#isLineStart = bytes.at(-1) === newline
    return before.length === 0 ? text : Buffer.concat([before, text])
  }

  /** What ends an unfinished line, so that a line of ours may follow. */
  endLine(): Uint8Array {
    if (this.#isLineStart || this.#current === null) return nothing
    this.#isLineStart = true
    return Buffer.from(`${this.#resetOf(this.#current)}\n`)
  }

  #labelled(key: FileKey, label: string, bytes: Uint8Array): Uint8Array {
    const pieces: Uint8Array[] = []
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(newline, start)
      const text = bytes.subarray(start, end < 0 ? bytes.length : end)
      if (start > 0 || this.#isLineStart) pieces.push(Buffer.from(label + this.#coloursOf(key)))
      pieces.push(text)
      this.#follow(key, text)
      if (end < 0) break
      pieces.push(Buffer.from(`${this.#resetOf(key)}\n`))
      start = end + 1
    }
    return Buffer.concat(pieces)
  }

  #coloursOf(key: FileKey): string {
    return this.#colours.get(key) ?? ''
  }

  #resetOf(key: FileKey): string {
    return this.#coloursOf(key) === '' ? '' : reset
  }

  #follow(key: FileKey, text: Uint8Array): void {
    if (!text.includes(escapeByte)) return
    for (const [sequence, parameters = ''] of Buffer.from(text).toString('latin1').matchAll(colourSequence)) {
      const isReset = /^0*$/.test(parameters)
      const before = this.#coloursOf(key)
      // Programs that never take a colour back repeat it: the last one holds.
      this.#colours.set(key, isReset ? '' : before.length > longestColours ? sequence : before + sequence)
    }
  }
}

/** More colours than a line shows at once. */
const longestColours = 256
// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with one
const colourSequence = /\u001b\[([\d;:]*)m/g

import type { LogLines } from '../../../shared/contract/log-part.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { searchedText } from '../../../shared/text/line-pattern.ts'
import { ColoursOnly } from '../colours-only.ts'
import { LineReader, type LogLine } from './line-reader.ts'
import type { Matcher, Span } from './matcher.ts'

/** As much of a line as a search looks at: 1 MiB. */
export const searchedLineBytes = 1_048_576

/** Bold red, as grep(1) shows a match. */
const hitOn = '\x1b[1;31m'
const hitOff = '\x1b[0m'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

export const textOf = ({ bytes }: Pick<LogLine, 'bytes'>): string => decoder.decode(bytes)

export type ShownLine = Pick<LogLine, 'source' | 'stream'> & { readonly text: string }

/** Shows on a terminal where a pattern fits. The colours of the lines themselves are left out. */
export class Highlighter {
  readonly #matcher: Matcher
  readonly #reader = new LineReader(searchedLineBytes)

  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  /** The lines that are whole now, with their newlines. Failure: `timeout`. */
  show(segment: LogLines): Result<readonly ShownLine[]> {
    return this.#shown(this.#reader.read(segment))
  }

  rest(): Result<readonly ShownLine[]> {
    return this.#shown(this.#reader.rest())
  }

  #shown(lines: readonly LogLine[]): Result<readonly ShownLine[]> {
    if (lines.length === 0) return success([])
    const texts = lines.map(textOf)
    const found = this.#matcher(texts)
    if (!found.ok) return found
    return success(
      lines.map(({ source, stream, ended }, index) => {
        const text = marked(searchedText(texts[index] ?? ''), found.value[index] ?? [])
        return { source, stream, text: ended ? `${text}\n` : text }
      }),
    )
  }
}

function marked(text: string, spans: readonly Span[]): string {
  const filter = new ColoursOnly(false)
  const clean = (start: number, end: number) => filter.filter(encoder.encode(text.slice(start, end)))
  let shown = ''
  let at = 0
  for (const [start, end] of spans) {
    shown += clean(at, start)
    const hit = clean(start, end)
    shown += hit === '' ? '' : `${hitOn}${hit}${hitOff}`
    at = end
  }
  return shown + clean(at, text.length) + filter.end()
}

import type { LogGap, LogLines, LogSegment } from '../../../shared/contract/log-part.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { gapSentence } from '../../../shared/text/log-gap.ts'
import type { Cli } from '../cli.ts'
import { ColoursOnly } from '../colours-only.ts'
import { renderLine, type Style, styled } from '../printer.ts'
import { displayWidth } from '../table.ts'
import { Highlighter } from './highlight.ts'
import { JsonLines } from './json-lines.ts'
import { LineJoiner } from './line-joiner.ts'
import type { Matcher } from './matcher.ts'

/** Prints what comes of one or several logs. Failure: `timeout` of a pattern. */
export type LogPrinter = {
  write(segments: readonly LogSegment[]): Promise<Result<void>>
  /** What is still held back when the logs end. */
  end(): Promise<Result<void>>
}

export type LogView = {
  /** What the sources are called; more than one: each line begins with its name. */
  readonly names: readonly string[]
  /** A terminal gets every byte. */
  readonly raw: boolean
  /** Shows on a terminal where it fits. */
  readonly matcher: Matcher | null
}

export function createLogPrinter(view: LogView, cli: Cli): LogPrinter {
  if (cli.json) return jsonPrinter(view.names, cli)
  const isSafe = cli.out.isTerminal && !view.raw
  if (!isSafe) return textPrinter(view, cli, new Untouched())
  const marks = view.matcher !== null && cli.out.colour ? new Highlighter(view.matcher) : null
  return textPrinter(view, cli, marks === null ? new Filtered(cli.out.colour) : new Marked(marks))
}

const encoder = new TextEncoder()
const done: Result<void> = success(undefined)

function jsonPrinter(names: readonly string[], cli: Cli): LogPrinter {
  const json = new JsonLines(names)
  const print = async (text: string) => {
    if (text !== '') await cli.out.bytes(encoder.encode(text))
    return done
  }
  return {
    write: (segments) =>
      print(segments.map((segment) => (segment.kind === 'gap' ? json.gap(segment) : json.lines(segment))).join('')),
    end: () => print(json.end()),
  }
}

type Chunk = Pick<LogLines, 'source' | 'stream' | 'bytes'>

/** Turns the bytes of a log into those that may be printed. */
type Conversion = {
  convert(segment: LogLines): Result<readonly Chunk[]>
  rest(): Result<readonly Chunk[]>
}

class Untouched implements Conversion {
  convert(segment: LogLines): Result<readonly Chunk[]> {
    return success([segment])
  }

  rest(): Result<readonly Chunk[]> {
    return success([])
  }
}

/** Text and, where there are any, colours. */
class Filtered implements Conversion {
  readonly #colour: boolean
  readonly #filters = new Map<string, { readonly chunk: Chunk; readonly filter: ColoursOnly }>()

  constructor(colour: boolean) {
    this.#colour = colour
  }

  convert({ source, stream, bytes }: LogLines): Result<readonly Chunk[]> {
    const key = `${source} ${stream}`
    const known = this.#filters.get(key) ?? {
      chunk: { source, stream, bytes: new Uint8Array(0) },
      filter: new ColoursOnly(this.#colour),
    }
    this.#filters.set(key, known)
    return success([{ source, stream, bytes: encoder.encode(known.filter.filter(bytes)) }])
  }

  rest(): Result<readonly Chunk[]> {
    return success(
      [...this.#filters.values()].map(({ chunk, filter }) => ({ ...chunk, bytes: encoder.encode(filter.end()) })),
    )
  }
}

/** With the places where a pattern fits. */
class Marked implements Conversion {
  readonly #marks: Highlighter

  constructor(marks: Highlighter) {
    this.#marks = marks
  }

  convert(segment: LogLines): Result<readonly Chunk[]> {
    return encoded(this.#marks.show(segment))
  }

  rest(): Result<readonly Chunk[]> {
    return encoded(this.#marks.rest())
  }
}

const encoded = (lines: ReturnType<Highlighter['show']>): Result<readonly Chunk[]> =>
  lines.ok
    ? success(lines.value.map(({ source, stream, text }) => ({ source, stream, bytes: encoder.encode(text) })))
    : lines

function textPrinter({ names, raw }: LogView, cli: Cli, conversion: Conversion): LogPrinter {
  const joiner = new LineJoiner(names.length > 1 ? labelsOf(names, cli.out.colour) : null)
  const printChunks = async (chunks: Result<readonly Chunk[]>): Promise<Result<void>> => {
    if (!chunks.ok) return chunks
    for (const chunk of chunks.value) await cli.out.bytes(joiner.write(chunk, chunk.bytes))
    return done
  }
  const printGap = async (gap: LogGap): Promise<Result<void>> => {
    const name = names.length > 1 ? `${names[gap.source] ?? ''}: ` : ''
    const text = styled(`--- ${name}${gapSentence(gap, cli.now())} ---`, 'yellow')
    if (!cli.out.isTerminal || raw) {
      cli.err.line(text)
      return done
    }
    await cli.out.bytes(joiner.endLine())
    cli.out.line(text)
    return done
  }
  return {
    write: async (segments) => {
      for (const segment of segments) {
        const printed = await (segment.kind === 'gap' ? printGap(segment) : printChunks(conversion.convert(segment)))
        if (!printed.ok) return printed
      }
      return done
    },
    end: () => printChunks(conversion.rest()),
  }
}

/** Colours that can be told apart; red is for what failed. */
const labelStyles: readonly Style[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']
/** A longer name does not push the lines of all others to the right. */
const longestPadding = 32

/** `master.tws | `, all as wide as the widest. */
function labelsOf(names: readonly string[], colour: boolean): readonly string[] {
  const width = Math.min(longestPadding, Math.max(...names.map(displayWidth)))
  return names.map((name, index) => {
    const padding = ' '.repeat(Math.max(0, width - displayWidth(name)))
    return renderLine([styled(`${name}${padding} | `, labelStyles[index % labelStyles.length] ?? 'cyan')], colour)
  })
}

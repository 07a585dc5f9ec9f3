import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { withoutAnsi } from './ansi.ts'
import type { Line } from './log-lines.ts'
import { LogLines } from './log-lines.ts'
import type { LogReader } from './log-reader.ts'
import { isInWindow, isPicked, type Picked, pickedBytes } from './picked.ts'

// A clipboard is no place for more, and the page holds it in memory several times over while it is put together.
const mostBytes = 64 * 1024 * 1024

const everything = { maxLines: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY, lineBytes: mostBytes }

export type TextOptions = {
  readonly withColours: boolean
  /** Names of the processes where several are shown; each line then begins with its own. */
  readonly names: readonly string[] | null
}

/** True for what `pickedText` gives without asking anybody. */
export const isAtHand = (reader: Pick<LogReader, 'lines' | 'files'>, picked: Picked): boolean =>
  isInWindow(reader, picked) && pickedBytes(picked) <= mostBytes && !hasCutLine(reader.lines, picked)

/** The picked lines of a window as text, as they are shown. */
export function textInWindow(lines: LogLines, picked: Picked, options: TextOptions): string {
  const texts: string[] = []
  forEachPicked(lines, picked, (line, index) => texts.push(lineText(lines.text(index), line, options)))
  return texts.join('\n')
}

/**
 * The picked lines as text, as they are shown; what the window does not hold is read. Fails with `bad_input` for more
 * than a clipboard should take, else as the daemon says.
 */
export async function pickedText(
  reader: LogReader,
  picked: Picked,
  { signal, ...options }: TextOptions & { readonly signal: AbortSignal },
): Promise<Result<string>> {
  const bytes = pickedBytes(picked)
  if (bytes > mostBytes) {
    return failure(
      'bad_input',
      `${formatBytes(bytes)} are selected; the clipboard takes ${formatBytes(mostBytes)}.`,
      'Select less, or save it as a file.',
    )
  }
  if (isAtHand(reader, picked)) return success(textInWindow(reader.lines, picked, options))
  const lines = new LogLines(everything)
  const read = await reader.source.between(picked, { signal, onSegments: (segments) => void lines.append(segments) })
  return read.ok ? success(textInWindow(lines, picked, options)) : read
}

function lineText(text: string, line: Line, { withColours, names }: TextOptions): string {
  const shown = withColours ? text : withoutAnsi(text)
  return names === null ? shown : `${names[line.source] ?? ''} | ${shown}`
}

function forEachPicked(lines: LogLines, picked: Picked, visit: (line: Line, index: number) => void): void {
  const firsts = picked.from.map((offset, file) => lines.indexFrom(file, offset))
  for (let index = Math.max(0, Math.min(lines.count, ...firsts)); index < lines.count; index += 1) {
    const line = lines.at(index)
    if (!line) return
    if (isPicked(picked, line)) visit(line, index)
    else if (picked.to.every((offset, file) => lines.indexFrom(file, offset) <= index)) return
  }
}

function hasCutLine(lines: LogLines, picked: Picked): boolean {
  let found = false
  forEachPicked(lines, picked, (line) => {
    found ||= line.kept < line.length
  })
  return found
}

import { useRef, useState } from 'react'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { notify } from '../../ui/toasts.tsx'
import { fileOf } from './log-files.ts'
import type { Line } from './log-lines.ts'
import type { LogReader } from './log-reader.ts'
import { joinBytes } from './pieces.ts'

/** Longer lines are cut, with a button for the rest. */
const shownCharacters = 10_000
// UTF-8 needs at most four bytes per character; one more character tells that the line goes on.
const shownBytes = 4 * (shownCharacters + 1)
// What a line of many megabytes grows by at a time: the browser lays out so much of one line without a pause.
const moreBytes = 256 * 1024

export type ShownText = {
  readonly text: string
  /** Words of the button that shows more; null where everything is shown. */
  readonly more: string | null
}

/** How much of a long line is shown, and more of it on demand. */
export function useExpanded(reader: LogReader) {
  const [expanded, setExpanded] = useState<ReadonlyMap<number, Uint8Array>>(new Map())
  const reading = useRef(new Set<number>())
  const expand = async (line: Line) => {
    if (reading.current.has(line.id)) return
    const known = expanded.get(line.id)
    if (!known) {
      setExpanded((before) => new Map(before).set(line.id, new Uint8Array(0)))
      return
    }
    reading.current.add(line.id)
    const more = await readMore(reader, line, line.textOffset + line.kept + known.length)
    reading.current.delete(line.id)
    if (more) setExpanded((before) => new Map(before).set(line.id, joinBytes([known, ...more])))
  }
  const shownText = (line: Line, index: number): ShownText => {
    const known = expanded.get(line.id)
    if (!known) {
      const text = reader.lines.text(index, shownBytes)
      const isCut = line.kept < line.length || text.length > shownCharacters
      return isCut ? { text: text.slice(0, shownCharacters), more: moreWords(line, 0) } : { text, more: null }
    }
    const rest = known.length > 0 ? new TextDecoder().decode(known) : ''
    const shown = line.kept + known.length
    return { text: reader.lines.text(index) + rest, more: shown < line.length ? moreWords(line, shown) : null }
  }
  return { expand, shownText }
}

const moreWords = (line: Line, shown: number): string =>
  shown === 0 && line.kept === line.length
    ? `Show all ${formatBytes(line.length)}`
    : `Show more of ${formatBytes(line.length)}`

/** Reads on in a line. Null when it cannot be read, which is said. */
async function readMore(reader: LogReader, line: Line, from: number): Promise<Uint8Array[] | null> {
  const pieces: Uint8Array[] = []
  const to = Math.min(from + moreBytes, line.textOffset + line.length)
  const range = rangeOf(fileOf(0, line.stream), from, to)
  const read = await reader.source.alone(line.file).between(range, {
    signal: new AbortController().signal,
    onSegments: (segments) => {
      for (const segment of segments) if (segment.kind === 'lines') pieces.push(segment.bytes.slice())
    },
  })
  if (!read.ok) {
    notify('failed', 'The line could not be read', `${read.message} ${read.hint}`.trim())
    return null
  }
  return pieces
}

function rangeOf(file: number, from: number, to: number) {
  const range: { from: number[]; to: number[] } = { from: [], to: [] }
  range.from[file] = from
  range.to[file] = to
  return range
}

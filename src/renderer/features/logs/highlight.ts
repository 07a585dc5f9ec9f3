import type { Span } from './ansi.ts'

export type FindOptions = { readonly query: string; readonly regex: boolean; readonly caseSensitive: boolean }

/** Part of a line's text, from `start` up to `end`. */
export type TextRange = { readonly start: number; readonly end: number }

// The daemon bounds the time of an expression; here it runs on the window's own thread, so only expressions that cannot
// take long are marked inside a line, and only in its first part.
const maxUnboundedRepeats = 2
const maxMarkedLength = 2000
const maxRangesPerLine = 100

/** True for an expression whose time grows at most with the square of the line. */
export function isQuick(source: string): boolean {
  const withoutEscapes = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  const repeats = withoutEscapes.match(/[*+]|\{\d*,\d*\}/g)?.length ?? 0
  return repeats <= maxUnboundedRepeats && !/\)[*+{?]/.test(withoutEscapes) && !/\\\d/.test(source)
}

/** Null when the expression is not one or too slow to mark. */
export function finderOf({ query, regex, caseSensitive }: FindOptions): RegExp | null {
  if (query === '' || (regex && !isQuick(query))) return null
  const source = regex ? query : query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  try {
    return new RegExp(source, caseSensitive ? 'g' : 'gi')
  } catch {
    return null
  }
}

/** Where the expression matches in the text. */
export function rangesOf(finder: RegExp, text: string): TextRange[] {
  const ranges: TextRange[] = []
  for (const match of text.slice(0, maxMarkedLength).matchAll(finder)) {
    if (match[0] !== '') ranges.push({ start: match.index, end: match.index + match[0].length })
    if (ranges.length >= maxRangesPerLine) break
  }
  return ranges
}

export type MarkedSpan = Span & { readonly marked: boolean }

/** Splits styled pieces at the borders of the ranges, which must be in order and apart. */
export function markSpans(spans: readonly Span[], ranges: readonly TextRange[]): MarkedSpan[] {
  const marked: MarkedSpan[] = []
  let at = 0
  for (const { text, style } of spans) {
    const borders = ranges
      .flatMap(({ start, end }) => [start - at, end - at])
      .filter((border) => border > 0 && border < text.length)
    let from = 0
    for (const border of [...borders, text.length]) {
      if (border <= from) continue
      const middle = at + from
      const inside = ranges.some(({ start, end }) => middle >= start && middle < end)
      marked.push({ text: text.slice(from, border), style, marked: inside })
      from = border
    }
    at += text.length
  }
  return marked
}

export type Level = 'info' | 'warning' | 'error'

const levelPrefix =
  /^(?:[\d:.,TZ/ -]*[\s|\]-]*)?\[?(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|PANIC)\b/i
const exceptionPrefix = /^(?:[A-Za-z_][\w.]*(?:Error|Exception)|panic|fatal error)(?=:)/
// Words of these lengths at the start of a line are levels only when they are shouted or set off.
const maxPrefixLength = 60

/** The level that a line begins with, after an optional time: `INFO shard 74`, `[warn] x`, `RuntimeError: x`. */
export function levelOf(text: string): (TextRange & { readonly level: Level }) | null {
  const head = text.slice(0, maxPrefixLength)
  const exception = exceptionPrefix.exec(head)
  if (exception) return { start: 0, end: exception[0].length, level: 'error' }
  const found = levelPrefix.exec(head)
  const word = found?.[1]
  if (!found || word === undefined) return null
  const start = found[0].length - word.length
  const after = head.charAt(found[0].length)
  if (word !== word.toUpperCase() && after !== ':' && after !== ']') return null
  return { start, end: found[0].length, level: levelOfWord(word.toUpperCase()) }
}

function levelOfWord(word: string): Level {
  if (word.startsWith('WARN')) return 'warning'
  return ['ERROR', 'FATAL', 'CRITICAL', 'PANIC'].includes(word) ? 'error' : 'info'
}

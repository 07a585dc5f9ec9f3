import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { newline } from './reader.ts'

/** What a worker can be told: a plain text to look for byte by byte, or a regular expression. */
export type Needle =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string }

export type FoundLine = { readonly offset: number; readonly length: number }

const carriageReturn = 0x0d
const escapeByte = 0x1b
/** Of a longer line only so much is searched; a whole line must fit into memory. */
const searchedLineBytes = 1_048_576
/** Room for one line of the searched length and a block of others behind it. */
const windowBytes = 2 * searchedLineBytes

/**
 * Calls back for each line with a match, in order, with its place and its length without the newline. A pattern sees
 * the line as UTF-8 without a carriage return at its end; a plain text is compared as bytes. Terminal sequences such as
 * colours do not count as part of a line. Lines longer than 1 MiB
 * are searched in their first 1 MiB. Reads in blocks up to the size that the file had at the start; an absent file has
 * no lines.
 */
export function searchFile(path: string, needle: Needle, onFound: (line: FoundLine) => void): void {
  const descriptor = openIfThere(path)
  if (descriptor === null) return
  try {
    searchDescriptor(descriptor, blockSearch(needle), onFound)
  } finally {
    closeSync(descriptor)
  }
}

type OnRange = (start: number, end: number) => void
/** Finds the lines that match in a block of lines; the block is valid only during the call. */
type BlockSearch = (block: Buffer, onFound: OnRange) => void

function blockSearch(needle: Needle): BlockSearch {
  if (needle.kind === 'pattern') {
    const pattern = new RegExp(needle.source, needle.flags)
    const matches = (bytes: Buffer) => pattern.test(withoutEscapes(withoutReturn(bytes).toString()))
    return (block, onFound) => searchLines(block, matches, onFound)
  }
  const text = Buffer.from(needle.text)
  if (text.includes(newline)) return () => undefined
  const latin1 = text.toString('latin1')
  const matches = (bytes: Buffer) => withoutEscapes(bytes.toString('latin1')).includes(latin1)
  return (block, onFound) =>
    block.includes(escapeByte) ? searchLines(block, matches, onFound) : searchText(block, text, onFound)
}

/**
 * Colours and cursor movements (ECMA-48 control sequences) and titles (OSC): a person who searches does not see them.
 * Put together from text because they contain control characters by nature.
 */
const escapeCharacter = String.fromCharCode(escapeByte)
const escapeSequences = new RegExp(
  `${escapeCharacter}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07${escapeCharacter}]*(?:\\x07|${escapeCharacter}\\\\))`,
  'g',
)

const withoutEscapes = (line: string): string =>
  line.includes(escapeCharacter) ? line.replace(escapeSequences, '') : line

/** One native search per block; only lines with a hit cost anything else. */
function searchText(block: Buffer, text: Buffer, onFound: OnRange): void {
  for (let at = block.indexOf(text); at >= 0; ) {
    const start = at === 0 ? 0 : block.lastIndexOf(newline, at - 1) + 1
    const end = lineEnd(block, at)
    if (at + text.length <= start + searchedLineBytes) onFound(start, end)
    at = block.indexOf(text, end)
  }
}

function searchLines(block: Buffer, matches: (line: Buffer) => boolean, onFound: OnRange): void {
  for (let start = 0; start < block.length; ) {
    const end = lineEnd(block, start)
    if (matches(block.subarray(start, Math.min(end, start + searchedLineBytes)))) onFound(start, end)
    start = end + 1
  }
}

/** Feeds blocks of whole lines to `search`; of a line longer than the window only its start. */
function searchDescriptor(descriptor: number, search: BlockSearch, onFound: (line: FoundLine) => void): void {
  const { size } = fstatSync(descriptor)
  const window = Buffer.allocUnsafeSlow(windowBytes)
  let start = 0
  let filled = 0
  while (start + filled < size || filled > 0) {
    const wanted = Math.min(windowBytes - filled, size - start - filled)
    const length = wanted > 0 ? readSync(descriptor, window, filled, wanted, start + filled) : 0
    filled += length
    if (filled === 0) return
    const base = start
    const atEnd = length === 0 || start + filled >= size
    const whole = window.lastIndexOf(newline, filled - 1) + 1
    if (whole > 0 || atEnd) {
      const used = whole > 0 ? whole : filled
      search(window.subarray(0, used), (from, to) => onFound({ offset: base + from, length: to - from }))
      window.copyWithin(0, used, filled)
      start += used
      filled -= used
    } else if (filled === windowBytes) {
      const end = skipLine(descriptor, start + filled, size)
      search(window, () => onFound({ offset: base, length: end - base }))
      start = Math.min(end + 1, size)
      filled = 0
    }
  }
}

/** Where the line ends (its newline, or `size`) whose start was read up to `position`. */
function skipLine(descriptor: number, position: number, size: number): number {
  const block = Buffer.allocUnsafeSlow(searchedLineBytes)
  for (let at = position; at < size; ) {
    const length = readSync(descriptor, block, 0, Math.min(block.length, size - at), at)
    if (length === 0) return at
    const found = block.subarray(0, length).indexOf(newline)
    if (found >= 0) return at + found
    at += length
  }
  return size
}

function lineEnd(block: Buffer, from: number): number {
  const at = block.indexOf(newline, from)
  return at < 0 ? block.length : at
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

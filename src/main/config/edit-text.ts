import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument, stringify, type YAMLSeq } from 'yaml'

// How entries of a list are put into a YAML text and taken out of it, with as little change as possible. Each function
// proposes texts, the most careful one first; the caller takes the first that means what it should.

/** Proposals for a text with one more entry at the end of the top-level list `key`. The text is YAML that is right. */
export function* insertEntry(text: string, key: string, entry: object): Generator<string> {
  const document = parseDocument(text)
  const pair = pairOf(document, key)
  const list = pair && isSeq(pair.value) ? pair.value : null
  if (list !== null && isBlock(list)) yield insertAfterLast(text, list, entry)
  if (pair && isEmpty(pair.value)) yield insertAt(text, endOfLine(text, rangeOf(pair.key)[1]), [entry], '  ')
  if (!pair) yield insertAt(text, text.length, { [key]: [entry] }, '')
  // Lists in brackets, a document in braces or with an end mark: written anew, its comments kept.
  if (list === null) document.set(key, document.createNode([]))
  document.addIn([key], document.createNode(entry))
  yield* rewritten(document, text)
}

/** Proposals for a text without the entry at `index` of the top-level list `key`. */
export function* removeEntry(text: string, key: string, index: number): Generator<string> {
  const document = parseDocument(text)
  const pair = pairOf(document, key)
  if (!pair || !isSeq(pair.value)) return
  const list = pair.value
  const isLast = list.items.length === 1
  if (isBlock(list)) {
    const [start, end] = rangeOf(list.items[index])
    const line = startOfLine(text, start)
    const head = startOfLine(text, rangeOf(pair.key)[0])
    // A list without entries goes with its key, unless somebody wrote a comment there.
    const from = isLast && text.slice(head, line).trim() === `${key}:` ? head : line
    yield text.slice(0, from) + text.slice(endOfLine(text, end))
  }
  document.deleteIn(isLast ? [key] : [key, index])
  yield* rewritten(document, text)
}

function pairOf(document: Document, key: string): Pair | undefined {
  return isMap(document.contents) ? document.contents.items.find((item) => keyText(item) === key) : undefined
}

const keyText = ({ key }: Pair): unknown => (isScalar(key) ? key.value : null)
const isEmpty = (value: unknown): boolean => value === null || (isScalar(value) && value.value === null)
const isBlock = (list: YAMLSeq): boolean => list.flow !== true && list.items.length > 0

/** Where the value of a node begins and ends in the text that it was parsed from. */
function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null
  const [start, end]: unknown[] = Array.isArray(range) ? range : []
  if (typeof start !== 'number' || typeof end !== 'number') throw new Error('A node that was parsed has no place')
  return [start, end]
}

/** Below the last entry, as far to the right as that one. */
function insertAfterLast(text: string, list: YAMLSeq, entry: object): string {
  const [start, end] = rangeOf(list.items.at(-1))
  const dash = text.lastIndexOf('-', start - 1)
  return insertAt(text, endOfLine(text, end), [entry], text.slice(startOfLine(text, dash), dash))
}

function insertAt(text: string, at: number, value: object, indent: string): string {
  const newline = newlineOf(text)
  const block = withNewlines(stringify(value, { lineWidth: 0 }).replace(/^(?=.)/gm, indent), newline)
  const before = text.slice(0, at)
  return `${before}${before === '' || before.endsWith('\n') ? '' : newline}${block}${text.slice(at)}`
}

const startOfLine = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** Behind the newline that ends the line of the character before `at`. */
function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', Math.max(0, at - 1))
  return newline < 0 ? text.length : newline + 1
}

const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')
const withNewlines = (text: string, newline: string): string =>
  newline === '\n' ? text : text.replace(/\r?\n/g, newline)

/** The whole document as the library writes it. Nothing where it cannot: an alias may have lost what it stood for. */
function* rewritten(document: Document, before: string): Generator<string> {
  try {
    const text = document.toString({ lineWidth: 0, flowCollectionPadding: /\{ /.test(before) })
    yield withNewlines(text, newlineOf(before))
  } catch {
    return
  }
}

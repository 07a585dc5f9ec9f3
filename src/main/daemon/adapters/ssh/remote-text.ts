import { randomBytes } from 'node:crypto'

/**
 * How the texts of many files come back in one answer, whatever is in them. `show` of a script prints a mark that only
 * this answer has, the names of the files, and then each file behind the separator, which is the content of a file that
 * only our user there can read: no program can write what looks like a boundary.
 */
export type Frame = {
  /** In the folder of our files. */
  readonly file: string
  readonly separator: string
}

/** More texts, or fewer, than were asked for: the file of the separator is gone, or what printed them was ended. */
export class BoundaryLost extends Error {
  override readonly name = 'BoundaryLost'
}

/** 128 random bits: nobody guesses them. */
export const newMark = (): string => randomBytes(16).toString('hex')

/** Arguments of one `cat`: far below the smallest limit of Linux (128 KiB in all, execve(2)). */
const filesPerCat = 400

/**
 * Defines `show PATH...` (paths without blanks and wildcards) and `part`, which begins a part of another kind, for a
 * script that runs in the folder of our files.
 */
export const showFunction = (frame: Frame, mark: string): string => `exec 2>/dev/null
LC_ALL=C; export LC_ALL
part() { printf '\\n%s\\n' ${mark}; }
show() {
part
printf '%s\\n' "$@"
list=
count=0
for file; do
list="$list ${frame.file} $file"
count=$((count + 1))
[ $count -lt ${filesPerCat} ] || { cat $list; list=; count=0; }
done
[ -z "$list" ] || cat $list
}
`

/** What came before the first part, and every part. */
export function splitParts(output: Buffer, mark: string): { readonly before: Buffer; readonly parts: Buffer[] } {
  const [before = Buffer.alloc(0), ...parts] = splitAt(output, Buffer.from(`\n${mark}\n`))
  return { before, parts }
}

/** The files of one `show`, by name; one that could not be read is empty. Throws `BoundaryLost`. */
export function readShown(part: Buffer | undefined, frame: Frame): ReadonlyMap<string, Buffer> {
  const [head, ...texts] = splitAt(part ?? Buffer.alloc(0), Buffer.from(`\n${frame.separator}\n`))
  const names = (head?.toString('latin1') ?? '').split('\n').filter((name) => name !== '')
  if (part === undefined || names.length !== texts.length) {
    throw new BoundaryLost(`${names.length} files were asked for, and ${texts.length} came.`)
  }
  return new Map(names.map((name, index) => [name, texts[index] ?? Buffer.alloc(0)]))
}

function splitAt(bytes: Buffer, boundary: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  let start = 0
  for (let at = bytes.indexOf(boundary); at >= 0; at = bytes.indexOf(boundary, start)) {
    pieces.push(bytes.subarray(start, at))
    start = at + boundary.length
  }
  pieces.push(bytes.subarray(start))
  return pieces
}

/** How `ls` writes names: `escaped` as GNU's -b (`\040`), `masked` as busybox, `?` for what is not plain. */
export type NameStyle = 'escaped' | 'masked'

const letters: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }
const letterOf = new Map(Object.entries(letters).map(([letter, code]) => [code, letter]))

/** The name as `ls` writes it in the C locale. */
export function writeName(name: string, style: NameStyle): string {
  return [...Buffer.from(name)].map((code) => (style === 'escaped' ? escapeByte(code) : maskByte(code))).join('')
}

function escapeByte(code: number): string {
  const letter = letterOf.get(code)
  if (letter !== undefined) return `\\${letter}`
  if (code === 0x20 || code === 0x5c) return `\\${String.fromCharCode(code)}`
  return isPlain(code) ? String.fromCharCode(code) : `\\${code.toString(8).padStart(3, '0')}`
}

const maskByte = (code: number): string => (isPlain(code) ? String.fromCharCode(code) : '?')
const isPlain = (code: number): boolean => code >= 0x20 && code < 0x7f

/** The name that `ls` wrote. A masked one stays as it is. */
export function readName(text: string, style: NameStyle): string {
  if (style === 'masked') return text
  const bytes: number[] = []
  for (const [, octal, sign, plain] of text.matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (sign !== undefined) bytes.push(letters[sign] ?? sign.charCodeAt(0))
    else bytes.push((plain ?? '').charCodeAt(0))
  }
  return Buffer.from(bytes).toString('utf8')
}

import type { Answer } from './port.ts'

const newline = 0x0a

/** More digits are no exit status. */
const longestStatus = 4

/** What the bytes that came so far amount to. */
export type Reading =
  | { readonly kind: 'more' }
  | { readonly kind: 'too-long' }
  /** `rest` came after the end of the answer. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly rest: Buffer }

export type AnswerReader = { feed(chunk: Buffer): Reading }

/** What ends answer `number` of a channel, before the status: unlike anything in an answer, as the nonce is random. */
export const markOf = (nonce: string, number: number): string => `${nonce}${number}`

/**
 * Reads one answer: any bytes, then `\n<mark> <status>\n`. What looks like the mark of another answer, or is it without
 * the newline before or the status after, is part of the answer.
 */
export function createAnswerReader(mark: string, maxBytes: number): AnswerReader {
  const start = Buffer.from(`\n${mark} `)
  const parts: Buffer[] = []
  let size = 0
  let window: Buffer = Buffer.alloc(0)

  const keep = (bytes: Buffer) => {
    parts.push(bytes)
    size += bytes.length
  }

  function feed(chunk: Buffer): Reading {
    window = window.length === 0 ? chunk : Buffer.concat([window, chunk])
    for (;;) {
      const at = window.indexOf(start)
      const known = at === -1 ? beginningOf(start, window) : at
      keep(window.subarray(0, known))
      window = window.subarray(known)
      if (size > maxBytes) return { kind: 'too-long' }
      if (at === -1) return { kind: 'more' }
      const status = readStatus(window.subarray(start.length))
      if (status === 'more') return { kind: 'more' }
      if (status !== 'none') return finish(status)
      keep(window.subarray(0, 1))
      window = window.subarray(1)
    }
  }

  function finish({ value, length }: Status): Reading {
    const rest = window.subarray(start.length + length)
    return { kind: 'answer', answer: { status: value, output: Buffer.concat(parts, size) }, rest }
  }

  return { feed }
}

/** Where in the last bytes the mark may have begun, mostly nowhere: then they need not be put together with the next. */
function beginningOf(start: Buffer, bytes: Buffer): number {
  const first = Math.max(0, bytes.length - start.length + 1)
  for (let at = bytes.indexOf(newline, first); at !== -1; at = bytes.indexOf(newline, at + 1)) {
    if (bytes.subarray(at).equals(start.subarray(0, bytes.length - at))) return at
  }
  return bytes.length
}

type Status = { readonly value: number; readonly length: number }

/** Digits and a newline; `more` while they may still come. */
function readStatus(bytes: Buffer): Status | 'more' | 'none' {
  const end = bytes.subarray(0, longestStatus + 1).indexOf(newline)
  const digits = bytes.subarray(0, end === -1 ? longestStatus + 1 : end).toString('latin1')
  if (!/^\d*$/.test(digits)) return 'none'
  if (end === -1) return digits.length > longestStatus ? 'none' : 'more'
  return digits === '' ? 'none' : { value: Number(digits), length: end + 1 }
}

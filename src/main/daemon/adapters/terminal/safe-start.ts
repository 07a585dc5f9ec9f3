const escapeByte = 0x1b
const newline = 0x0a

/** 10xxxxxx: inside a character of UTF-8. */
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80
const longestCharacter = 4

/**
 * Where a piece of terminal output that was cut out of the middle may begin: not inside an escape sequence, nor inside a
 * character of UTF-8. That is an escape, which ends any sequence before it, or what follows a newline, which no sequence
 * contains. Without either it is the first whole character.
 */
export function safeStart(bytes: Buffer): number {
  const places = [bytes.indexOf(escapeByte), bytes.indexOf(newline) + 1 || -1].filter((place) => place >= 0)
  if (places.length > 0) return Math.min(...places)
  let start = 0
  while (start < longestCharacter && isContinuation(bytes[start] ?? 0)) start++
  return start
}

/** Bytes of each line of a flood, with its newline: its number in twelve digits, then dots. */
export const floodLineBytes = 250

/**
 * A Node program that appends numbered lines to its standard output: `bytesPerSecond` of them, in pieces of at most
 * 500 kB, for `seconds`. It says on standard error how many it wrote.
 */
export const floodScript = ({ bytesPerSecond, seconds }: { bytesPerSecond: number; seconds: number }): string => `
  const { writeSync } = require('node:fs')
  const lineBytes = ${floodLineBytes}
  const block = Buffer.alloc(2000 * lineBytes, '.')
  for (let end = lineBytes; end <= block.length; end += lineBytes) block[end - 1] = 10
  let number = 0
  const began = performance.now()
  const step = () => {
    const passed = Math.min(${seconds}, (performance.now() - began) / 1000)
    let due = Math.floor(passed * ${bytesPerSecond} / lineBytes) - number
    while (due > 0) {
      const count = Math.min(due, 2000)
      for (let at = 0; at < count; at += 1, number += 1) {
        let rest = number
        for (let digit = 11; digit >= 0; digit -= 1) {
          block[at * lineBytes + digit] = 48 + (rest % 10)
          rest = Math.floor(rest / 10)
        }
      }
      for (let from = 0; from < count * lineBytes; ) from += writeSync(1, block, from, count * lineBytes - from)
      due -= count
    }
    if (passed < ${seconds}) setTimeout(step, 5)
    else process.stderr.write(number + '\\n')
  }
  step()`

/**
 * How many of the lines in `bytes`, which begin at `offset` of their log, are not what a flood wrote there. The last one
 * may lack its end: it was read while it was written.
 */
export function wrongFloodLines(bytes: Uint8Array, offset: number): number {
  let wrong = offset % floodLineBytes === 0 ? 0 : 1
  for (let at = 0; at + floodLineBytes <= bytes.length; at += floodLineBytes) {
    let number = 0
    for (let digit = 0; digit < 12; digit += 1) number = number * 10 + (bytes[at + digit] ?? 0) - 48
    const whole = number === (offset + at) / floodLineBytes && bytes[at + floodLineBytes - 1] === 10
    if (!whole) wrong += 1
  }
  return wrong
}

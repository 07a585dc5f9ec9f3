/** How many lines `timedScript` writes. */
export const timedLines = 250

/** A Node script whose lines tell when they were written, in milliseconds since 1970, 40 ms apart on average. */
export const timedScript = `
  const { writeSync } = require('node:fs')
  let left = ${timedLines}
  const step = () => {
    writeSync(1, (performance.timeOrigin + performance.now()).toFixed(3) + '\\n')
    left -= 1
    if (left > 0) setTimeout(step, 1 + Math.random() * 78)
  }
  setTimeout(step, 1000)`

/** How old the lines are now, in milliseconds. */
export function agesOf(bytes: Uint8Array): number[] {
  const now = performance.timeOrigin + performance.now()
  return Buffer.from(bytes)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => now - Number(line))
}

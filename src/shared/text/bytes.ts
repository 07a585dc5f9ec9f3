export type Measured = { readonly value: string; readonly unit: string }

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
const step = 1000

const decimals = (digits: number) =>
  new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
const whole = decimals(0)
const tenths = decimals(1)

/**
 * A size in bytes as people read it, decimal units: `291 MB`, `21.4 GB`. One decimal from GB on, none below, so that
 * numbers of one column stay comparable.
 */
export function measureBytes(bytes: number): Measured {
  let value = Math.max(0, bytes)
  let index = 0
  while (index < units.length - 1 && Math.round(value) >= step) {
    value /= step
    index += 1
  }
  const format = index >= 3 && value < 100 ? tenths : whole
  return { value: format.format(value), unit: units[index] ?? 'B' }
}

/** `21.4 GB` in one piece. */
export function formatBytes(bytes: number): string {
  const { value, unit } = measureBytes(bytes)
  return `${value} ${unit}`
}

/** How much of something is in use, in one unit: `21.4 / 64 GB`. */
export function shareOfBytes(used: number, total: number): { readonly used: string; readonly total: string } {
  const { value, unit } = measureBytes(total)
  const size = step ** units.indexOf(unit as (typeof units)[number])
  const shown = used / size
  return {
    used: (units.indexOf(unit as (typeof units)[number]) >= 3 && shown < 100 ? tenths : whole).format(shown),
    total: `${value} ${unit}`,
  }
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 })

/** `1,204`. */
export const formatCount = (value: number): string => whole.format(value)

/** `1 process`, `3 processes`, `1,204 lines`. */
export const countOf = (value: number, one: string, many: string): string =>
  `${formatCount(value)} ${value === 1 ? one : many}`

/** A percentage of one core without its sign: one decimal below 100, none above; `612`, `38.2`, `0.1`, `0`. */
export const formatPercent = (value: number): string =>
  value >= 100 ? whole.format(value) : oneDecimal.format(Math.max(0, value))

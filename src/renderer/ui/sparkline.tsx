const width = 44
const height = 14

/** A line of recent values without axes; it rises from its own zero and is decoration beside the number. */
export function Sparkline({ values, least }: { readonly values: readonly number[]; readonly least: number }) {
  const top = Math.max(least, ...values)
  const step = width / Math.max(1, values.length - 1)
  const points = values
    .map((value, index) => `${(index * step).toFixed(1)},${(height - 1 - (value / top) * (height - 2)).toFixed(1)}`)
    .join(' ')
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {values.length > 1 && <polyline points={points} />}
    </svg>
  )
}

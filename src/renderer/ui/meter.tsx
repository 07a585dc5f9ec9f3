/** How full something is, as a bar. Its number stands beside it, so screen readers need no bar. */
export function Meter({ percent, level }: { readonly percent: number; readonly level: string }) {
  const width = `${Math.max(0, Math.min(100, percent))}%`
  return (
    <span className={`meter ${level}`} aria-hidden="true">
      <i style={{ width }} />
    </span>
  )
}

import { useEmphasis } from './emphasis.ts'

/** What the lines mean. */
export function Legend() {
  const hasCritical = useEmphasis(({ critical }) => critical.size > 0)
  return (
    <div className="legend small muted" aria-hidden="true">
      <Sample look="met" word="Met" />
      <Sample look="unmet" word="Not met" />
      {hasCritical && <Sample look="unmet crit" word="Critical path" />}
    </div>
  )
}

function Sample({ look, word }: { readonly look: string; readonly word: string }) {
  return (
    <span>
      <svg width="24" height="8" role="presentation">
        <path className={`line ${look}`} d="M0 4h24" />
      </svg>
      {word}
    </span>
  )
}

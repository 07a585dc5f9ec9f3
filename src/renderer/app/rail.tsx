import { List } from 'lucide-react'
import { formatCount } from '../../shared/text/numbers.ts'
import { runCommand } from '../data/commands.ts'
import { attentionCount, useTally } from '../data/tally.ts'
import { clearFilters, useView } from '../data/view-store.ts'
import { Icon } from '../ui/button.tsx'

const Brand = () => (
  <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path
      d="M3.25 6.75v6M8 5v6M12.75 3.25v6"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.5"
      strokeLinecap="round"
    />
  </svg>
)

/** Screens and views. */
export function Rail() {
  const tally = useTally()
  const { needsAttention, chips, filterText } = useView()
  const isAll = !needsAttention && chips.size === 0 && filterText === ''
  return (
    <nav className="rail" aria-label="Main">
      <div className="brand">
        <Brand />
        <span>Procession</span>
      </div>
      <button
        type="button"
        className="place"
        aria-current="page"
        title="Sessions"
        onClick={() => runCommand('view.sessions')}
      >
        <Icon of={List} />
        <span className="t">Sessions</span>
        <span className="n" aria-hidden="true">
          1
        </span>
      </button>
      {tally.all > 0 && (
        <div className="views">
          <h2 id="views">Views</h2>
          <View name="All" count={tally.all} pressed={isAll} onClick={clearFilters} />
          <View
            name="Needs attention"
            count={attentionCount(tally)}
            pressed={needsAttention}
            onClick={() => useView.setState({ needsAttention: true, chips: new Set(), filterText: '' })}
          />
        </div>
      )}
    </nav>
  )
}

function View(props: {
  readonly name: string
  readonly count: number
  readonly pressed: boolean
  readonly onClick: () => void
}) {
  return (
    <button
      type="button"
      className={props.name === 'All' ? 'place' : 'place filtering'}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      <span>{props.name}</span>
      <span className="n">{formatCount(props.count)}</span>
    </button>
  )
}

import { List, type LucideIcon, Server, Workflow } from 'lucide-react'
import { type CommandId, commandOf } from '../../shared/commands/commands.ts'
import { formatCount } from '../../shared/text/numbers.ts'
import { runCommand } from '../data/commands.ts'
import { attentionCount, useTally } from '../data/tally.ts'
import { clearFilters, type Screen, useView } from '../data/view-store.ts'
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
  const { screen, needsAttention, chips, filterText } = useView()
  const isSessions = screen === 'sessions'
  const isAll = !needsAttention && chips.size === 0 && filterText === ''
  return (
    <nav className="rail" aria-label="Main">
      <div className="brand">
        <Brand />
        <span>Procession</span>
      </div>
      <Place screen="sessions" command="view.sessions" icon={List} />
      <Place screen="dependencies" command="view.dependencies" icon={Workflow} />
      <Place screen="hosts" command="view.hosts" icon={Server} />
      {tally.all > 0 && (
        <div className="views">
          <h2 id="views">Views</h2>
          <View
            name="All"
            count={tally.all}
            pressed={isSessions && isAll}
            onClick={() => {
              clearFilters()
              runCommand('view.sessions')
            }}
          />
          <View
            name="Needs attention"
            count={attentionCount(tally)}
            pressed={isSessions && needsAttention}
            onClick={() =>
              useView.setState({ screen: 'sessions', needsAttention: true, chips: new Set(), filterText: '' })
            }
          />
        </div>
      )}
    </nav>
  )
}

/** A screen. Its name and key are those of the command that shows it. */
function Place(props: { readonly screen: Screen; readonly command: CommandId; readonly icon: LucideIcon }) {
  const isCurrent = useView((state) => state.screen === props.screen)
  const { label, keys } = commandOf(props.command)
  return (
    <button
      type="button"
      className="place"
      aria-current={isCurrent ? 'page' : undefined}
      title={label}
      onClick={() => runCommand(props.command)}
    >
      <Icon of={props.icon} />
      <span className="t">{label}</span>
      <span className="n" aria-hidden="true">
        {keys[0]}
      </span>
    </button>
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

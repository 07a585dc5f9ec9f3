import { MoreHorizontal, Play, RotateCcw, Square } from 'lucide-react'
import {
  type Command,
  type CommandId,
  canStart,
  canStop,
  commandOf,
  commands,
} from '../../../shared/commands/commands.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { timeToKill } from '../../../shared/text/detail.ts'
import { useTimed } from '../../data/clock.ts'
import { isEnabled, runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { useSelection } from '../../data/selection-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuEntries } from '../../ui/menu.tsx'

const icons: Partial<Record<CommandId, typeof Play>> = {
  'process.start': Play,
  'process.stop': Square,
  'process.restart': RotateCcw,
}
const more: readonly Command[] = commands.filter(({ menu }) => menu === 'process')

/** The verbs act on the process of this pane, also when others are selected in the grid. */
function runHere(id: CommandId, row: ProcessRow): void {
  const before = useSelection.getState()
  useSelection.setState({ selected: new Set([row.id]) })
  runCommand(id)
  if (before.selected.has(row.id)) useSelection.setState({ selected: before.selected })
}

/** What can be done with this process now: start, or stop and restart, or the countdown of a stop under way. */
export function Verbs({ row }: { readonly row: ProcessRow }) {
  const connected = useConnection((state) => state.client.kind === 'connected')
  const verb = (id: CommandId, label = commandOf(id).label) => (
    <Button
      look="quiet"
      size="small"
      icon={icons[id]}
      keys={keyWords(commandOf(id).keys[0])}
      disabled={!connected}
      onClick={() => runHere(id, row)}
    >
      {label}
    </Button>
  )
  return (
    <>
      {row.life.kind === 'stopping' && <Countdown row={row} />}
      {row.life.kind === 'stopping' && (
        <Button look="quiet danger" size="small" disabled={!connected} onClick={() => runHere('process.kill', row)}>
          Kill now
        </Button>
      )}
      {canStart(row.life) && verb('process.start', row.life.kind === 'backoff' ? 'Start now' : undefined)}
      {canStop(row.life) && row.life.kind !== 'stopping' && verb('process.stop')}
      {row.life.kind === 'up' && verb('process.restart')}
      <MoreMenu row={row} />
    </>
  )
}

function Countdown({ row }: { readonly row: ProcessRow }) {
  const { life } = row
  const text = useTimed((now) => {
    const left = life.kind === 'stopping' ? timeToKill(life, now) : null
    return left === null ? '' : `${left} left before kill`
  })
  return <span className="countdown s-stopping small">{text}</span>
}

function MoreMenu({ row }: { readonly row: ProcessRow }) {
  const entries = more.map((command) => ({
    id: command.id,
    label: command.label,
    keys: keyWords(command.keys[0]),
    enabled: isEnabledFor(command, row),
    danger: command.id === 'process.kill',
    group: command.group,
  }))
  return (
    <Menu trigger={<IconButton label="More actions" icon={MoreHorizontal} size="small" />} align="end">
      <MenuEntries entries={entries} onChoose={(id) => runHere(id as CommandId, row)} />
    </Menu>
  )
}

const isEnabledFor = (command: Command, row: ProcessRow): boolean =>
  isEnabled({ ...command, enabled: (context) => command.enabled({ ...context, selected: [row] }) })

import { ChevronDown, Maximize, Minus, Plus } from 'lucide-react'
import { useMemo } from 'react'
import { commandOf } from '../../../shared/commands/commands.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { showSession, useGraphView } from '../../data/graph-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { useTallyOf } from '../../data/tally.ts'
import { Button, Icon, IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice } from '../../ui/menu.tsx'
import { Tally } from './tally.tsx'
import { type ShownGraph, useShownGraph } from './use-graph.ts'

const all = 'all'
const allWords = 'All sessions'

/** Which session, how it is, how large it is drawn, and the primary action. */
export function DependenciesTopBar() {
  const graph = useShownGraph()
  const ids = useMemo(() => graph.graphs.flatMap(({ nodes }) => [...nodes.keys()]), [graph])
  const tally = useTallyOf(ids)
  const connected = useConnection((state) => state.client.kind === 'connected')
  const hasGraph = graph.graphs.length > 0
  return (
    <header className="top">
      {hasGraph && <SessionChoice graph={graph} />}
      {hasGraph && <Tally tally={tally} words />}
      <span className="push" />
      {hasGraph && <Zoom />}
      {hasGraph && (
        <Button look="primary" icon={Plus} disabled={!connected} onClick={() => runCommand('dependences.add')}>
          {commandOf('dependences.add').label}
        </Button>
      )}
    </header>
  )
}

function SessionChoice({ graph }: { readonly graph: ShownGraph }) {
  const [only, ...others] = graph.all
  if (others.length === 0) return <span className="session-name strong cut">{only?.name}</span>
  const options = [{ value: all, label: allWords }, ...graph.all.map(({ id, name }) => ({ value: id, label: name }))]
  return (
    <Menu
      trigger={
        <button type="button" className="btn session-choice" aria-label={`Session: ${graph.session?.name ?? allWords}`}>
          <span className="cut">{graph.session?.name ?? allWords}</span>
          <Icon of={ChevronDown} />
        </button>
      }
    >
      <MenuChoice
        title="Session"
        value={graph.session?.id ?? all}
        options={options}
        onChange={(chosen) => showSession(chosen === all ? null : chosen)}
      />
    </Menu>
  )
}

function Zoom() {
  const percent = useGraphView(({ zoom }) => Math.round(zoom * 100))
  return (
    <div className="row zooming">
      <IconButton
        label={commandOf('graph.zoomOut').label}
        icon={Minus}
        keys={keyWords(commandOf('graph.zoomOut').keys[0])}
        onClick={() => runCommand('graph.zoomOut')}
      />
      <span className="zoom small muted">{percent} %</span>
      <IconButton
        label={commandOf('graph.zoomIn').label}
        icon={Plus}
        keys={keyWords(commandOf('graph.zoomIn').keys[0])}
        onClick={() => runCommand('graph.zoomIn')}
      />
      <Button
        look="quiet"
        icon={Maximize}
        keys={keyWords(commandOf('graph.fit').keys[0])}
        onClick={() => runCommand('graph.fit')}
      >
        Fit
      </Button>
    </div>
  )
}

import { FolderPlus, type LucideIcon, Play, Plus } from 'lucide-react'
import { useState } from 'react'
import { nothingYet } from '../../../shared/text/messages.ts'
import { makeSample } from '../../app/actions/session-actions.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { Icon } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Mark } from '../../ui/mark.tsx'

const Trio = () => (
  <div className="row trio" aria-hidden="true">
    <Mark kind="succeeded" />
    <i />
    <Mark kind="running" />
    <i />
    <Mark kind="waiting" />
  </div>
)

/** The first screen of all: what a process is, and the ways to the first one. */
export function NothingYet() {
  const [making, setMaking] = useState(false)
  const connected = useConnection((state) => state.client.kind === 'connected')
  const sample = async () => {
    setMaking(true)
    // Its rows come with the feed and take the place of this screen.
    if (!(await makeSample())) setMaking(false)
  }
  return (
    <Empty art={<Trio />} title={nothingYet.title} body={nothingYet.body}>
      <EmptySessions />
      <div className="choices">
        <Choice
          icon={Plus}
          title="New process"
          note="A command that keeps running when this window closes"
          keys="N"
          disabled={!connected}
          onClick={() => runCommand('process.new')}
        />
        <Choice
          icon={FolderPlus}
          title="New session"
          note="A folder for processes that belong together"
          disabled={!connected}
          onClick={() => runCommand('session.new')}
        />
        <Choice
          icon={Play}
          title="Try the sample session"
          note={making ? 'Starting four counters' : 'Four counters that wait for each other'}
          disabled={!connected || making}
          onClick={() => void sample()}
        />
      </div>
    </Empty>
  )
}

/** Sessions that are there and hold nothing. */
function EmptySessions() {
  const sessions = useRows((state) => state.sessions)
  if (sessions.size === 0) return null
  const names = [...sessions.values()].map(({ name }) => name)
  return (
    <p className="muted">
      {names.length === 1 ? `Session ${names[0]} has no process yet.` : `${names.length} sessions have no process yet.`}
    </p>
  )
}

function Choice(props: {
  readonly icon: LucideIcon
  readonly title: string
  readonly note: string
  readonly keys?: string
  readonly disabled: boolean
  readonly onClick: () => void
}) {
  return (
    <button type="button" className="choice" disabled={props.disabled} onClick={props.onClick}>
      <Icon of={props.icon} />
      <span>
        <b>{props.title}</b>
        <span className="muted">{props.note}</span>
      </span>
      {props.keys && (
        <span className="kbd" aria-hidden="true">
          {props.keys}
        </span>
      )}
    </button>
  )
}

import { Plus } from 'lucide-react'
import { nothingMatches, nothingYet } from '../../../shared/text/messages.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { clearFilters, useView } from '../../data/view-store.ts'
import { Button, Icon } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Grid } from './grid.tsx'
import { useGridLines } from './use-grid-lines.ts'

/** The grid, or why there is none. */
export function SessionsScreen() {
  const content = useGridLines()
  const phase = useRows((state) => state.phase)
  const filterText = useView((state) => state.filterText)
  if (phase.kind === 'failed') return <Refused title={phase.failure.message} body={phase.failure.hint} />
  if (phase.kind === 'loading') return <Loading />
  if (content.total === 0) return <NothingYet />
  return (
    <>
      {content.problem !== null && (
        <p className="helpline" role="status">
          <Mark kind="unknown" />
          {content.problem}
        </p>
      )}
      {content.matching === 0 ? (
        <Empty title={nothingMatches(filterText.trim())}>
          <div className="actions">
            <Button onClick={clearFilters}>Clear filter</Button>
          </div>
        </Empty>
      ) : (
        <Grid lines={content.lines} />
      )}
    </>
  )
}

function Refused({ title, body }: { readonly title: string; readonly body: string }) {
  return <Empty art={<Mark kind="failed" />} title={title} body={body} />
}

function Loading() {
  const client = useConnection((state) => state.client)
  const gaveUp = useConnection((state) => state.link?.kind === 'gave-up')
  if (gaveUp) return <Empty art={<Mark kind="unknown" />} title="The daemon is not running" />
  if (client.kind === 'refused') return <Refused title={client.message} body={client.hint} />
  return <Empty art={<Mark kind="starting" />} title="Connecting to the daemon" />
}

function NothingYet() {
  const trio = (
    <div className="row trio" aria-hidden="true">
      <Mark kind="succeeded" />
      <i />
      <Mark kind="running" />
      <i />
      <Mark kind="waiting" />
    </div>
  )
  return (
    <Empty art={trio} title={nothingYet.title} body={nothingYet.body}>
      <div className="choices">
        <button type="button" className="choice" onClick={() => runCommand('process.new')}>
          <Icon of={Plus} />
          <span>
            <b>New process</b>
            <span className="muted">A command that keeps running when this window closes</span>
          </span>
          <span className="kbd" aria-hidden="true">
            N
          </span>
        </button>
      </div>
    </Empty>
  )
}

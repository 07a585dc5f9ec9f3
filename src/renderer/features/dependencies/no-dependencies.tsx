import { Copy, Plus } from 'lucide-react'
import { nothingYet } from '../../../shared/text/messages.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { Empty } from '../../ui/empty.tsx'
import { Mark } from '../../ui/mark.tsx'

const example = 'procession session dependence add --parent NAME:STATE --child NAME'
// A dependence has two ends.
const fewestProcesses = 2

/** The screen while nothing depends on anything. */
export function NoDependencies() {
  const connected = useConnection((state) => state.client.kind === 'connected')
  const enough = useRows((state) => state.processes.size >= fewestProcesses)
  return (
    <Empty art={<Pair />} title="No dependencies yet" body={explanation}>
      {!enough && <p className="muted">{`It takes two processes. ${nothingYet.body}`}</p>}
      <div className="actions">
        {enough ? (
          <Button look="primary" icon={Plus} disabled={!connected} onClick={() => runCommand('dependences.add')}>
            Add dependency…
          </Button>
        ) : (
          <Button look="primary" icon={Plus} disabled={!connected} onClick={() => runCommand('process.new')}>
            New process
          </Button>
        )}
      </div>
      <div className="equal-line empty-line">
        <span className="small muted mono cut" title={example}>
          {example}
        </span>
        <IconButton label="Copy command" icon={Copy} size="small" onClick={() => void copyText(example, 'Command')} />
      </div>
    </Empty>
  )
}

const explanation =
  'A dependency lets a process wait until another one runs, is ready, has ended, or is in a state that you named.'

const Pair = () => (
  <div className="row trio" aria-hidden="true">
    <Mark kind="running" />
    <i />
    <Mark kind="waiting" />
  </div>
)

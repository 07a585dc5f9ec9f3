import { Info, TriangleAlert, Unplug } from 'lucide-react'
import { useRef, useState } from 'react'
import { commandOf } from '../../../shared/commands/commands.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import {
  endsWithDaemon,
  noTerminal,
  outputIsInLogs,
  staleTerminal,
  terminalEnd,
} from '../../../shared/text/terminal.ts'
import { useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { prefer, useView } from '../../data/view-store.ts'
import { Button, Icon } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { useScreen } from './use-screen.ts'

/** The terminal of one process, whose keys go to its program. */
export function TerminalView({ row }: { readonly row: ProcessRow }) {
  const isRunning = mayBeRunning(row.life)
  const [wasRunning, setWasRunning] = useState(isRunning)
  if (isRunning && !wasRunning) setWasRunning(true)
  // The last picture of a program stays, with what became of it.
  return wasRunning ? <LiveTerminal row={row} /> : <NoTerminal row={row} />
}

const showLogs = () => prefer({ detailsTab: 'logs' })

function NoTerminal({ row }: { readonly row: ProcessRow }) {
  const { title, body } = noTerminal(row)
  return (
    <div className="terminal-frame" data-details tabIndex={-1}>
      <Empty title={title} body={body}>
        {row.lastEnd !== null && <Button onClick={showLogs}>Show logs</Button>}
      </Empty>
    </div>
  )
}

const leave = () => window.dispatchEvent(new CustomEvent('procession:focus-grid'))

function LiveTerminal({ row }: { readonly row: ProcessRow }) {
  const host = useRef<HTMLDivElement>(null)
  const withReader = useView((state) => state.terminalReader)
  const { problem, focus } = useScreen(row, host, withReader)
  useCommandHandlers({ 'terminal.leave': leave })
  return (
    <section
      className="terminal-frame"
      aria-label={`Terminal of ${displayName(row)}`}
      data-details
      tabIndex={-1}
      onFocus={(event) => {
        if (event.target === event.currentTarget) focus()
      }}
    >
      <State row={row} problem={problem === null ? null : `${problem.message} ${problem.hint}`.trim()} />
      <div className="terminal-host" ref={host} />
      <div className="terminal-foot small muted">
        <span className="cut" title={endsWithDaemon}>
          {endsWithDaemon}
        </span>
        <span className="push not-phone">
          {keyWords(commandOf('terminal.leave').keys[0])} leaves the terminal, Ctrl+Shift+C and V copy and paste
        </span>
        <Button
          look="quiet"
          size="small"
          aria-pressed={withReader}
          onClick={() => prefer({ terminalReader: !withReader })}
        >
          Screen reader
        </Button>
      </div>
    </section>
  )
}

/** Why nothing new comes. */
function State({ row, problem }: { readonly row: ProcessRow; readonly problem: string | null }) {
  const isConnected = useConnection(({ client }) => client.kind === 'connected')
  const isRunning = mayBeRunning(row.life)
  if (!isConnected) return <Line icon={Unplug}>{staleTerminal}</Line>
  if (!isRunning) {
    const end = row.lastEnd === null ? 'The program does not run.' : terminalEnd(row.lastEnd)
    return (
      <Line icon={Info}>
        {end} {row.lastEnd === null ? '' : outputIsInLogs}
      </Line>
    )
  }
  return problem === null ? null : <Line icon={TriangleAlert}>{problem}</Line>
}

function Line({ icon, children }: { readonly icon: typeof Info; readonly children: React.ReactNode }) {
  return (
    <p className="helpline terminal-state" role="status">
      <Icon of={icon} />
      <span>{children}</span>
    </p>
  )
}

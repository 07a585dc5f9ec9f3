import { Info, type LucideIcon, Pause, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Life } from '../../../shared/domain/life.ts'
import { displayName, type ProcessRow, type SessionRow } from '../../../shared/domain/rows.ts'
import { useConnection } from '../../data/connection-store.ts'
import { daemon } from '../../data/daemon.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button, Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { notify } from '../../ui/toasts.tsx'

/** What a person should know about a process and its session, above its details. */
export function Notices({ row }: { readonly row: ProcessRow }) {
  const session = useRows((state) => state.sessions.get(row.sessionId))
  const lines = [...sessionNotices(session), ...row.notices.map((text) => ({ icon: Info, text: capitalised(text) }))]
  if (lines.length === 0 && row.life.kind !== 'ambiguous') return null
  return (
    <div className="notices">
      {row.life.kind === 'ambiguous' && <Candidates row={row} life={row.life} />}
      {lines.map(({ icon, text }) => (
        <p className="helpline" key={text}>
          <Icon of={icon} />
          <span>{text}</span>
        </p>
      ))}
    </div>
  )
}

/** Notices begin in lower case, as the command line shows them. */
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

type Line = { readonly icon: LucideIcon; readonly text: string }

function sessionNotices(session: SessionRow | undefined): readonly Line[] {
  if (!session) return []
  const { name, active, readOnly, problems } = session
  const wrong = (text: string): Line => ({ icon: TriangleAlert, text })
  const suspended: Line = {
    icon: Pause,
    text: `${name} is not supervised: nothing of it is started or restarted by itself.`,
  }
  return [...(readOnly ? [wrong(readOnly.message)] : active ? [] : [suspended]), ...problems.map(wrong)]
}

/** Several programs could be this process: a person says which one is. */
function Candidates({ row, life }: { readonly row: ProcessRow; readonly life: Extract<Life, { kind: 'ambiguous' }> }) {
  const connected = useConnection((state) => state.client.kind === 'connected')
  const [busy, setBusy] = useState(false)
  const choose = async (pid: number) => {
    setBusy(true)
    await adopt(row, pid)
    setBusy(false)
  }
  return (
    <fieldset
      className="helpline candidates"
      aria-label={`Which program is ${displayName(row)}?`}
      disabled={!connected || busy}
    >
      <Mark kind="unknown" />
      <div>
        <p>Which of these programs is {displayName(row)}? Until you choose, no copy of it is started.</p>
        <ul>
          {life.candidates.map(({ pid, command }) => (
            <li key={pid}>
              <span>Pid {pid}</span>
              <span className="mono cut" title={command}>
                {command}
              </span>
              <Button size="small" onClick={() => void choose(pid)}>
                Choose
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </fieldset>
  )
}

async function adopt(row: ProcessRow, pid: number): Promise<void> {
  const workspace = useRows.getState().sessions.get(row.sessionId)?.path
  if (workspace === undefined) return
  const alias = row.alias === null ? {} : { alias: row.alias }
  const answer = await daemon().call('process.attach', { workspace, program: { pid }, ...alias })
  if (answer.ok || answer.code === 'cancelled') return
  notify('failed', `Pid ${pid} could not be attached`, `${answer.message} ${answer.hint}`.trim())
}

import { useState } from 'react'
import type { Life } from '../../../shared/domain/life.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { useConnection } from '../../data/connection-store.ts'
import { daemon } from '../../data/daemon.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { notify } from '../../ui/toasts.tsx'

/** What a person should know about a process and its session, above its details. */
export function Notices({ row }: { readonly row: ProcessRow }) {
  const session = useRows((state) => state.sessions.get(row.sessionId))
  const lines = [
    ...(session?.readOnly ? [session.readOnly.message] : []),
    ...(session && !session.active && session.readOnly === null
      ? [`${session.name} is not supervised: nothing of it is started or restarted by itself.`]
      : []),
    ...(session?.problems ?? []),
    ...row.notices,
  ]
  if (lines.length === 0 && row.life.kind !== 'ambiguous') return null
  return (
    <div className="notices">
      {lines.map((line) => (
        <p className="helpline" key={line}>
          <Mark kind="unknown" />
          <span>{line}</span>
        </p>
      ))}
      {row.life.kind === 'ambiguous' && <Candidates row={row} life={row.life} />}
    </div>
  )
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
    <fieldset className="helpline candidates" disabled={!connected || busy}>
      <Mark kind="unknown" />
      <div>
        <legend>Which of these programs is {displayName(row)}? Until you choose, no copy of it is started.</legend>
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

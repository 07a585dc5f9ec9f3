import { mayBeRunning } from '../../../shared/domain/life.ts'
import { daemonLost } from '../../../shared/text/messages.ts'
import { terminalsEndWithDaemon } from '../../../shared/text/terminal.ts'
import { useConnection } from '../../data/connection-store.ts'
import { desktopLink } from '../../data/desktop-link.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'

type Trouble = { readonly text: string; readonly canRetry: boolean }

/** What to say about the connection; null while it is well. */
function useTrouble(): Trouble | null {
  const { client, link, lostSince } = useConnection()
  const hasTerminals = useRows(({ processes }) =>
    [...processes.values()].some(({ pty, life }) => pty && mayBeRunning(life)),
  )
  if (link?.kind === 'gave-up') return { text: `${link.message} ${link.hint}`.trim(), canRetry: true }
  if (client.kind === 'refused' && lostSince !== null) {
    return { text: `${client.message} ${client.hint}`.trim(), canRetry: false }
  }
  if (lostSince === null) return null
  return { text: hasTerminals ? `${daemonLost} ${terminalsEndWithDaemon}` : daemonLost, canRetry: true }
}

/** The daemon was lost: what that means, and what can be done. */
export function ConnectionBanner() {
  const trouble = useTrouble()
  if (!trouble) return null
  const desktop = desktopLink()
  const reconnect = () => (desktop ? desktop.post({ kind: 'daemon-retry' }) : window.location.reload())
  return (
    <div className="banner" role="alert">
      <Mark kind="unknown" />
      <span className="text">{trouble.text}</span>
      <span className="actions">
        {trouble.canRetry && (
          <Button size="small" onClick={reconnect}>
            Reconnect
          </Button>
        )}
        {desktop && (
          <Button size="small" look="quiet" onClick={() => desktop.post({ kind: 'open-log' })}>
            Open log
          </Button>
        )}
      </span>
    </div>
  )
}

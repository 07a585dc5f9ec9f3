import type { HostRow } from '../../../shared/domain/host.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import { hostBarText, hostMark } from '../../../shared/text/host-row.ts'
import { useTimed } from '../../data/clock.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useListedHosts } from '../../data/hosts.ts'
import { Mark } from '../../ui/mark.tsx'

function useDaemonWord(): string {
  const { client, link } = useConnection()
  if (link?.kind === 'gave-up') return 'not running'
  switch (client.kind) {
    case 'connecting':
      return 'connecting'
    case 'connected':
      return 'connected'
    case 'disconnected':
      return link?.kind === 'restarting' ? `restarting, attempt ${link.attempt}` : 'not answering'
    case 'refused':
      return 'refused this window'
    default:
      return assertNever(client)
  }
}

/** The daemon, the hosts, and the two keys to remember. A healthy part has no mark. */
export function StatusBar() {
  const hosts = useListedHosts()
  const lost = useConnection((state) => state.lostSince !== null)
  const word = useDaemonWord()
  return (
    <footer className="bar">
      <span className="fact">
        {lost && <Mark kind="unknown" />}
        <span className="name">Daemon</span> {word}
      </span>
      {!lost && (
        <span className="bar-hosts">
          {hosts.map((host) => (
            <HostFact key={host.name} host={host} />
          ))}
        </span>
      )}
      <button type="button" className="push only-wide" onClick={() => runCommand('palette.open')}>
        <span className="name">Ctrl+K</span> commands
      </button>
      <button type="button" className="only-wide" onClick={() => runCommand('help.keys')}>
        <span className="name">?</span> keys
      </button>
    </footer>
  )
}

function HostFact({ host }: { readonly host: HostRow }) {
  const text = useTimed((now) => hostBarText(host, now))
  const mark = hostMark(host.state)
  return (
    <span className="fact">
      {mark && <Mark kind={mark} />}
      <span className="name">{host.name}</span> {text}
    </span>
  )
}

import type { HostRow } from '../../../shared/domain/host.ts'
import { askToRemove, askToTrust, showProcessesOf, testHost } from '../../app/actions/host-actions.ts'
import { runCommand, useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useHostView } from '../../data/host-view.ts'
import { useListedHosts, useSuggestedHosts } from '../../data/hosts.ts'
import { Button } from '../../ui/button.tsx'
import { HostDetails } from './host-details.tsx'
import { HostList } from './host-list.tsx'
import { sshNamesSentence } from './words.ts'

/** The machines, and the one that is selected. */
export function HostsScreen() {
  const hosts = useListedHosts()
  const selected = useHostView((state) => state.selected)
  const lostSince = useConnection((state) => state.lostSince)
  const shown = hosts.find(({ name }) => name === selected) ?? hosts[0]
  useCommandHandlers(handlersOf(shown))
  return (
    <div className="panes">
      <div className="host-main">
        <HostList hosts={hosts} selected={shown?.name ?? null} lostSince={lostSince} />
        <Others alone={hosts.length <= 1} />
      </div>
      {shown && <HostDetails host={shown} lostSince={lostSince} />}
    </div>
  )
}

/** What the commands about a host do: only those that make sense for the one that is shown. */
function handlersOf(host: HostRow | undefined) {
  if (!host) return {}
  const { name, from, state, processes } = host
  return {
    'hosts.test': () => void testHost(name),
    ...(state.kind === 'refused' && state.because === 'unknown-key' ? { 'hosts.trust': () => askToTrust(name) } : {}),
    ...(processes.total > 0 ? { 'hosts.processes': () => showProcessesOf(name) } : {}),
    ...(from === 'config' ? { 'hosts.remove': () => askToRemove(name) } : {}),
  }
}

/** How to come to other machines; more than a line where there is none yet. */
function Others({ alone }: { readonly alone: boolean }) {
  const names = useSuggestedHosts()
  const connected = useConnection((state) => state.client.kind === 'connected')
  const sentence = sshNamesSentence(names)
  if (!alone) return sentence === null ? null : <p className="host-others muted">{sentence}</p>
  return (
    <div className="host-alone">
      <h2>Only this machine so far</h2>
      <p className="muted">Processes also run on every machine that ssh reaches, without an agent there.</p>
      {sentence !== null && <p className="muted">{sentence}</p>}
      <Button disabled={!connected} onClick={() => runCommand('hosts.add')}>
        Add host…
      </Button>
    </div>
  )
}

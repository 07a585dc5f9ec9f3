import { Plus } from 'lucide-react'
import { commandOf } from '../../../shared/commands/commands.ts'
import { hostMark } from '../../../shared/text/host-row.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import type { Status } from '../../../shared/text/status.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useListedHosts } from '../../data/hosts.ts'
import { keyWords } from '../../data/key-words.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'

/** How many machines there are and how many of them need a person, and the primary action. */
export function HostsTopBar() {
  const hosts = useListedHosts()
  const connected = useConnection((state) => state.client.kind === 'connected')
  const lostSince = useConnection((state) => state.lostSince)
  const count = (mark: Status) =>
    lostSince === null ? hosts.filter(({ state }) => hostMark(state) === mark).length : 0
  const refused = count('failed')
  const lost = count('unknown')
  const { label, keys } = commandOf('hosts.add')
  return (
    <header className="top">
      <span className="strong host-count">{countOf(hosts.length, 'host', 'hosts')}</span>
      {refused > 0 && (
        <span className="st">
          <Mark kind="failed" />
          {refused} refused
        </span>
      )}
      {lost > 0 && (
        <span className="st">
          <Mark kind="unknown" />
          {lost} unreachable
        </span>
      )}
      <span className="push" />
      <Button
        look="primary"
        icon={Plus}
        keys={keyWords(keys[0])}
        disabled={!connected}
        onClick={() => runCommand('hosts.add')}
      >
        {label}
      </Button>
    </header>
  )
}

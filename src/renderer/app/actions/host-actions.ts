import { daemon } from '../../data/daemon.ts'
import { openDialog } from '../../data/dialog-store.ts'
import { selectHost, setHostTest, useHostView } from '../../data/host-view.ts'
import { clearFilters, useView } from '../../data/view-store.ts'
import { notify } from '../../ui/toasts.tsx'

/** Tests a host; another press while that lasts does nothing. Its steps stand in the details. */
export async function testHost(name: string): Promise<void> {
  if (useHostView.getState().tests.get(name)?.kind === 'running') return
  const asking = new AbortController()
  setHostTest(name, { kind: 'running', since: Date.now(), cancel: () => asking.abort() })
  const answer = await daemon().call('hosts.test', { name }, { signal: asking.signal })
  const at = Date.now()
  if (answer.ok) setHostTest(name, { kind: 'done', at, test: answer.value })
  else if (answer.code === 'cancelled') setHostTest(name, null)
  else setHostTest(name, { kind: 'failed', at, failure: answer })
}

export function cancelHostTest(name: string): void {
  const run = useHostView.getState().tests.get(name)
  if (run?.kind === 'running') run.cancel()
}

export const askToTrust = (name: string): void => openDialog({ kind: 'trust-host', name })
export const askToRemove = (name: string): void => openDialog({ kind: 'remove-host', name })

/** Says that a host was added and offers the next step: nobody is contacted unasked. */
export function tellAdded(name: string): void {
  showHost(name)
  notify('succeeded', `${name} was added`, 'It is contacted when something runs there.', {
    label: 'Test connection',
    run: () => void testHost(name),
  })
}

/** Brings one host into sight with its details. */
export function showHost(name: string): void {
  useView.setState({ screen: 'hosts' })
  selectHost(name)
  requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-hosts')))
}

/** Shows only the processes that live on this host. */
export function showProcessesOf(name: string): void {
  clearFilters()
  useView.setState({ screen: 'sessions', filterText: `host:${name}` })
  requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-grid')))
}

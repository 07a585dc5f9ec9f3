import { useMemo } from 'react'
import type { HostRow } from '../../shared/domain/host.ts'
import { hostMark } from '../../shared/text/host-row.ts'
import { type Status, statusRank } from '../../shared/text/status.ts'
import { useRows } from './rows-store.ts'

const names = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' })

/** Only ssh knows it, and nobody has used it here: a name to choose, not a machine to look at. */
const isOnlyName = ({ from, state }: HostRow): boolean => from === 'ssh-config' && state.kind === 'idle'

/** What needs a person first, as in the grid of processes; this machine before all. */
const place = ({ kind, state }: HostRow): number => {
  const mark = hostMark(state)
  return kind === 'local' ? -1 : statusRank(mark ?? 'running')
}

/** The machines to look at. */
export const listedHosts = (hosts: ReadonlyMap<string, HostRow>): HostRow[] =>
  [...hosts.values()]
    .filter((host) => !isOnlyName(host))
    .sort((one, other) => place(one) - place(other) || names.compare(one.name, other.name))

/** Names in the configuration of ssh that nobody has used here yet. */
export const suggestedHosts = (hosts: ReadonlyMap<string, HostRow>): string[] =>
  [...hosts.values()].filter(isOnlyName).map(({ name }) => name)

export function useListedHosts(): HostRow[] {
  const hosts = useRows((state) => state.hosts)
  return useMemo(() => listedHosts(hosts), [hosts])
}

export function useSuggestedHosts(): string[] {
  const hosts = useRows((state) => state.hosts)
  return useMemo(() => suggestedHosts(hosts), [hosts])
}

/** The mark of a host; nobody knows anything without the daemon. `lostSince` as in shown-status.ts. */
export const shownHostMark = ({ state }: HostRow, lostSince: number | null): Status | null =>
  lostSince === null ? hostMark(state) : 'unknown'

import type { Client } from '../../shared/client/client.ts'
import { nextFrame } from './frames.ts'
import { applyPart } from './rows.ts'
import { useRows } from './rows-store.ts'
import { recordUsage } from './usage-history.ts'

/** Feeds the stores from the daemon until the page ends. */
export async function watchRows(client: Pick<Client, 'watch'>): Promise<void> {
  const ended = await client.watch(
    'rows.watch',
    {},
    {
      signal: new AbortController().signal,
      onPart: (part) => {
        const rows = applyPart(useRows.getState(), part)
        recordUsage('snapshot' in part ? part.snapshot.processes : part.events, Date.now())
        useRows.setState({ ...rows, phase: { kind: 'ready' } })
        return nextFrame()
      },
    },
  )
  if (!ended.ok) useRows.setState({ phase: { kind: 'failed', failure: ended } })
}

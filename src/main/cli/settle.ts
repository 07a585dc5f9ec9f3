import { setTimeout as pause } from 'node:timers/promises'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import type { DaemonClient } from './cli.ts'

/** A start takes a few milliseconds; two seconds are patience for a loaded machine, then `starting` is the answer. */
const patienceMs = 2000
/** Short beside a start, long beside what a look costs. */
const lookEveryMs = 20

/** The row as soon as its program is known to run, ready or not, or to have failed; as it is when that takes too long. */
async function settle(client: DaemonClient, row: ProcessRow): Promise<ProcessRow> {
  const deadline = performance.now() + patienceMs
  let latest = row
  while (latest.life.kind === 'starting' && latest.life.program === null && performance.now() < deadline) {
    await pause(lookEveryMs)
    const answer = await client.call('process.show', { id: row.id })
    if (!answer.ok) return latest
    latest = answer.value.row
  }
  return latest
}

/** Several rows at the same time, in their order. */
export const settleAll = (client: DaemonClient, rows: readonly ProcessRow[]): Promise<ProcessRow[]> =>
  Promise.all(rows.map((row) => settle(client, row)))

import { expect } from 'vitest'
import type { Failure } from '../../src/shared/domain/result.ts'
import type { HistoryEntry, ProcessDetail, ProcessRow } from '../../src/shared/domain/rows.ts'
import type { DaemonLab } from './daemon-lab.ts'

/** What tests of one session ask for again and again. */

export const isUp = (row: ProcessRow): boolean => row.life.kind === 'up'

/** Everything that is known of a process. */
export const detailOf = (lab: DaemonLab, ref: string): Promise<ProcessDetail> =>
  lab.ask('process.show', lab.target(ref))

/** Its history, newest first. */
export const historyOf = (lab: DaemonLab, ref: string): Promise<HistoryEntry[]> =>
  lab.ask('process.history', { target: lab.target(ref) })

/** Ends everything in the session and forgets it. */
export async function forgetAll(lab: DaemonLab): Promise<void> {
  const { processes } = await lab.ask('rows.list', { workspace: lab.workspace })
  if (processes.length === 0) return
  const targets = processes.map(({ id }) => ({ id }))
  await lab.ask('process.stop', { targets, now: true, wait: true })
  for (const target of targets) await lab.ask('process.detach', { target, purge: true })
}

/** Fails the test unless the answer is a failure, which it gives. */
export function refused(result: { readonly ok: true } | Failure): Failure {
  if (result.ok) throw new Error('It was not refused')
  expect(result.message).not.toBe('')
  return result
}

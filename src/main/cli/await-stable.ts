import { setTimeout as pause } from 'node:timers/promises'
import type { LiveFingerprint } from '../../shared/domain/fingerprint.ts'
import { type Result, success } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import type { DaemonClient } from './cli.ts'

/** Two looks that are this far apart and see the same make a program stable, as in gutools. */
const betweenLooksMs = 5000
/** A program that changes all the time is taken as it is in the end. */
const mostLooks = 15

/** The label under which gutools saves what a program looks like once it is stable. */
const stableState = 'running'

/**
 * Waits until a running program looks the same twice, five seconds apart, and saves that as its state `running`. One with
 * a readiness check has said itself that it can be used, and one that ends meanwhile has nothing to be saved: both are
 * left as they are. Answers its latest row.
 */
export async function awaitStable(
  client: DaemonClient,
  row: ProcessRow,
  workspace: string,
  signal: AbortSignal,
  wait: (signal: AbortSignal) => Promise<void> = waitForNextLook,
): Promise<Result<ProcessRow>> {
  if (row.life.kind !== 'up') return success(row)
  let before: string | null = null
  for (let looks = 0; looks < mostLooks; looks++) {
    const answer = await client.call('process.show', { id: row.id })
    // Detached meanwhile: there is nothing to save a state of.
    if (!answer.ok) return answer.code === 'not_found' ? success(row) : answer
    const { row: latest, ready, fingerprint } = answer.value
    if (latest.life.kind !== 'up' || ready !== null || fingerprint === null) return success(latest)
    const seen = textOf(fingerprint)
    if (seen === before) break
    before = seen
    await wait(signal)
    if (signal.aborted) return success(latest)
  }
  const saved = await client.call('process.attach', { workspace, program: null, alias: row.name, state: stableState })
  return saved.ok ? success(saved.value.process) : saved
}

/** Resolves early when it is aborted. */
const waitForNextLook = (signal: AbortSignal): Promise<void> =>
  pause(betweenLooksMs, undefined, { signal }).catch(() => {})

const textOf = ({ cmdline, listen, established, udp, files }: LiveFingerprint): string =>
  JSON.stringify([cmdline, listen, established, udp, files])

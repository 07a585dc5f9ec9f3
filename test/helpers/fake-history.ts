import type { Life } from '../../src/shared/domain/life.ts'
import { type Result, success } from '../../src/shared/domain/result.ts'
import type { HistoryEntry } from '../../src/shared/domain/rows.ts'

/** A history of so many runs, newest first, three entries each: asked for, running, ended. */
export function historyOfRuns(runs: number, now: number): HistoryEntry[] {
  const program = { identity: { bootId: 'boot', pid: 4711, startTime: '99' }, shimPid: 4710 }
  return Array.from({ length: runs }, (_, index): HistoryEntry[] => {
    const run = index + 1
    const at = now - (runs - index) * 60_000
    const end = { code: 1, signal: null, at: at + 5000, reason: null }
    const life = (id: number, when: number, why: string | null, event: string, after: Life): HistoryEntry => ({
      id: index * 3 + id,
      at: when,
      actor: why === null ? 'user' : 'supervisor',
      why,
      what: { kind: 'life', event, life: after },
    })
    return [
      life(1, at, run === 1 ? null : 'restart policy', 'start', {
        kind: 'starting',
        run,
        since: at,
        program: null,
        readyBy: null,
      }),
      life(2, at + 100, 'its program was seen', 'program-seen', { kind: 'up', run, since: at, program }),
      life(3, at + 5000, 'its program ended', 'ended', {
        kind: 'backoff',
        run,
        since: at + 5000,
        until: at + 9000,
        end,
      }),
    ]
  })
    .flat()
    .reverse()
}

/** Answers `process.history` from these entries (newest first). */
export function answerHistory(entries: readonly HistoryEntry[]): (input: unknown) => Result<readonly HistoryEntry[]> {
  return (input) => {
    const { before, limit } = input as { before: number | null; limit: number }
    return success(entries.filter(({ id }) => before === null || id < before).slice(0, limit))
  }
}

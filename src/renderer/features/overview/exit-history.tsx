import type { RunRow } from '../../../shared/domain/rows.ts'
import { endedWell } from '../../../shared/domain/run-end.ts'
import { endSentence } from '../../../shared/text/detail.ts'
import { formatLength, formatMoment } from '../../../shared/text/durations.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import { useNow } from '../../data/clock.ts'
import { Mark } from '../../ui/mark.tsx'

/** How each run ended, newest first. */
export function ExitHistory({
  runs,
  stopped,
}: {
  readonly runs: readonly RunRow[]
  /** True when the newest run ended because somebody stopped it. */
  readonly stopped: boolean
}) {
  const now = useNow()
  if (runs.length === 0) return null
  return (
    <div className="section">
      <div className="panelhead">
        <h3 id="exit-history">Exit history</h3>
        <span className="push">{countOf(runs.length, 'run', 'runs')}</span>
      </div>
      <table className="history" aria-labelledby="exit-history">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">End</th>
            <th scope="col" className="num">
              Started
            </th>
            <th scope="col" className="num">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run, index) => (
            <tr key={run.run}>
              <td className="muted">{run.run}</td>
              <td className="wide">
                <RunEndCell run={run} stopped={stopped && index === 0} />
              </td>
              <td className="num muted">{run.startedAt === null ? '–' : formatMoment(run.startedAt, now)}</td>
              <td className="num muted">{took(run, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RunEndCell({ run, stopped }: { readonly run: RunRow; readonly stopped: boolean }) {
  if (run.end) {
    return (
      <span className="st">
        <Mark kind={stopped ? 'stopped' : endedWell(run.end) ? 'succeeded' : 'failed'} />
        {endSentence(run.end)}
      </span>
    )
  }
  if (run.endedAt !== null) return <span className="muted">Ended</span>
  return (
    <span className="st">
      <Mark kind="running" />
      Running
    </span>
  )
}

function took(run: RunRow, now: number): string {
  const end = run.end?.at ?? run.endedAt ?? now
  return run.startedAt === null ? '–' : formatLength(end - run.startedAt)
}

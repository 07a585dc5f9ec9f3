import type { HostRow } from '../../../shared/domain/host.ts'
import { formatAgo, formatLength } from '../../../shared/text/durations.ts'
import { hostStateWord } from '../../../shared/text/host-row.ts'
import { cancelHostTest } from '../../app/actions/host-actions.ts'
import { useTimed } from '../../data/clock.ts'
import { type HostTestRun, useHostView } from '../../data/host-view.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'

/** The test of a host: that it goes on, or what it found. */
export function HostTestReport({ host }: { readonly host: HostRow }) {
  const run = useHostView((state) => state.tests.get(host.name))
  if (!run) return null
  return (
    <section aria-label={`Test of ${host.name}`} className="host-part">
      <h3>Test</h3>
      <div role="status">{run.kind === 'running' ? <Running host={host} run={run} /> : <Report run={run} />}</div>
    </section>
  )
}

type Running = Extract<HostTestRun, { kind: 'running' }>

function Running({ host, run }: { readonly host: HostRow; readonly run: Running }) {
  const elapsed = useTimed((now) => formatLength(Math.max(1000, now - run.since)))
  return (
    <p className="host-step">
      <Mark kind="starting" />
      <span>
        {host.kind === 'local' ? 'Testing' : hostStateWord(host.state)}{' '}
        <span className="muted" aria-live="off">
          {elapsed}
        </span>
      </span>
      <Button size="small" className="push" onClick={() => cancel(host.name)}>
        Cancel
      </Button>
    </p>
  )
}

/** The button goes with the test; the keyboard goes on to the one that begins another. */
function cancel(name: string): void {
  cancelHostTest(name)
  window.dispatchEvent(new CustomEvent('procession:focus-host-details'))
}

function Report({ run }: { readonly run: Exclude<HostTestRun, Running> }) {
  const age = useTimed((now) => formatAgo(run.at, now))
  if (run.kind === 'failed') {
    return (
      <p className="host-step">
        <Mark kind="failed" />
        <span>{`${run.failure.message} ${run.failure.hint}`.trim()}</span>
      </p>
    )
  }
  return (
    <>
      <p className="host-step">
        <Mark kind={run.test.ok ? 'succeeded' : 'failed'} />
        <b>{run.test.ok ? 'Everything works' : 'It does not work yet'}</b>
        <span className="muted">{age}</span>
      </p>
      <ol className="host-steps">
        {run.test.steps.map(({ what, ok, detail }) => (
          <li key={what} className="host-step">
            <Mark kind={ok ? 'succeeded' : 'failed'} />
            <span className="sr">{ok ? 'Works: ' : 'Does not work: '}</span>
            <span className="what">{what}</span>
            <span className={ok ? 'muted' : ''}>{detail}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

import { type ReactNode, useEffect, useRef } from 'react'
import { type HostRow, isReachable } from '../../../shared/domain/host.ts'
import { formatAgo, formatMoment } from '../../../shared/text/durations.ts'
import {
  formatLatency,
  hostProcessesText,
  hostStateDetail,
  hostStateWord,
  refusalRemedy,
} from '../../../shared/text/host-row.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import { useTimed } from '../../data/clock.ts'
import { runCommand } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useHostView } from '../../data/host-view.ts'
import { shownHostMark } from '../../data/hosts.ts'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { HostTestReport } from './host-test.tsx'
import { Dash, Gpu, LoadMeter, MemoryMeter } from './measures.tsx'

const sources: Readonly<Record<HostRow['from'], string>> = {
  local: 'Always there',
  config: 'config.yaml',
  session: 'Processes that name it',
  'ssh-config': '~/.ssh/config',
}

type HostDetailsProps = { readonly host: HostRow; readonly lostSince: number | null }

/** Everything that is known of one machine, and what can be done with it. */
export function HostDetails({ host, lostSince }: HostDetailsProps) {
  const pane = useRef<HTMLElement>(null)
  useEffect(() => {
    const focus = () => pane.current?.querySelector<HTMLElement>('button')?.focus()
    window.addEventListener('procession:focus-host-details', focus)
    return () => window.removeEventListener('procession:focus-host-details', focus)
  }, [])
  const mark = shownHostMark(host, lostSince)
  const isNow = lostSince === null && isReachable(host.state)
  return (
    <section
      ref={pane}
      className="details host-details"
      aria-label={`Details of ${host.name}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        window.dispatchEvent(new CustomEvent('procession:focus-hosts'))
      }}
    >
      <div className="dhead">
        <h2 className="what">
          {mark && <Mark kind={mark} />}
          <span className="cut">{host.name}</span>
        </h2>
        <Verbs host={host} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard */}
      <section className="host-body" aria-label={`What is known of ${host.name}`} tabIndex={0}>
        <Facts host={host} lostSince={lostSince} />
        {isNow && host.gpus.length > 0 && (
          <section className="host-part" aria-label={`GPUs of ${host.name}`}>
            <h3>GPUs</h3>
            <ul className="gpus">
              {host.gpus.map((gpu) => (
                <Gpu key={gpu.index} gpu={gpu} />
              ))}
            </ul>
          </section>
        )}
        <HostTestReport host={host} />
      </section>
    </section>
  )
}

function Verbs({ host }: { readonly host: HostRow }) {
  const connected = useConnection((state) => state.client.kind === 'connected')
  const isTesting = useHostView((state) => state.tests.get(host.name)?.kind === 'running')
  const { state, from, processes } = host
  return (
    <div className="acts">
      {/* It keeps the keyboard while the test lasts. */}
      <Button
        size="small"
        disabled={!connected}
        aria-disabled={isTesting || undefined}
        onClick={() => runCommand('hosts.test')}
      >
        Test connection
      </Button>
      {state.kind === 'refused' && state.because === 'unknown-key' && (
        <Button size="small" disabled={!connected} onClick={() => runCommand('hosts.trust')}>
          Trust key…
        </Button>
      )}
      {processes.total > 0 && (
        <Button size="small" look="quiet" onClick={() => runCommand('hosts.processes')}>
          Show processes
        </Button>
      )}
      {from === 'config' && (
        <Button size="small" look="quiet danger" disabled={!connected} onClick={() => runCommand('hosts.remove')}>
          Remove…
        </Button>
      )}
    </div>
  )
}

function Facts({ host, lostSince }: HostDetailsProps) {
  const isNow = lostSince === null && isReachable(host.state)
  return (
    <section className="host-part" aria-label={`Facts about ${host.name}`}>
      <h3>Now</h3>
      <dl className="facts">
        <Fact name="State">
          <State host={host} lostSince={lostSince} />
        </Fact>
        {host.address !== null && (
          <Fact name="Address">
            <span className="mono">{host.address}</span>
          </Fact>
        )}
        {host.kind === 'ssh' && (
          <Fact name="Latency">{isNow && host.latencyMs !== null ? formatLatency(host.latencyMs) : <Dash />}</Fact>
        )}
        <Fact name="Load">{isNow ? <LoadMeter host={host} /> : <Dash />}</Fact>
        <Fact name="Memory">{isNow ? <MemoryMeter memory={host.memory} /> : <Dash />}</Fact>
        <Fact name="Processes">
          {isNow || host.processes.total === 0
            ? hostProcessesText(host.processes)
            : `${countOf(host.processes.total, 'process', 'processes')}, nobody knows how many run`}
        </Fact>
        <Fact name="Known from">{sources[host.from]}</Fact>
        {host.lastError && (
          <Fact name="Last error">
            <LastError error={host.lastError} withHint={host.state.kind !== 'refused'} />
          </Fact>
        )}
      </dl>
    </section>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

function State({ host, lostSince }: HostDetailsProps) {
  const { name, state } = host
  const detail = useTimed((now) =>
    lostSince === null ? hostStateDetail(state, now) : `no word from the daemon since ${formatMoment(lostSince, now)}`,
  )
  const word = lostSince === null ? hostStateWord(state) : 'Unknown'
  return (
    <>
      {detail === '' ? word : `${word}${lostSince === null ? '' : ','} ${detail}`}
      {lostSince === null && state.kind === 'refused' && <p>{refusalRemedy(name, state.because)}</p>}
    </>
  )
}

type LastErrorProps = {
  readonly error: NonNullable<HostRow['lastError']>
  /** False where what to do stands beside the state already. */
  readonly withHint: boolean
}

function LastError({ error, withHint }: LastErrorProps) {
  const age = useTimed((now) => formatAgo(error.at, now))
  return (
    <>
      {error.message} <span className="muted">{age}</span>
      {withHint && error.hint !== '' && <p className="muted">{error.hint}</p>}
    </>
  )
}

import { useMemo } from 'react'
import { programOf } from '../../../shared/domain/life.ts'
import { displayName, type ProcessDetail, type ProcessRow } from '../../../shared/domain/rows.ts'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { commandLine } from '../../../shared/text/command-line.ts'
import { readinessSentence, restartSentence } from '../../../shared/text/definition.ts'
import { formatClock } from '../../../shared/text/durations.ts'
import { formatPercent } from '../../../shared/text/numbers.ts'
import { useAppearance } from '../../data/appearance-store.ts'
import { useNow } from '../../data/clock.ts'
import { useProcessDetail } from '../../data/process-detail.ts'
import { useRows } from '../../data/rows-store.ts'
import { usageOf } from '../../data/usage-history.ts'
import { useSystemTheme } from '../../ui/use-system-theme.ts'
import { Chart } from './chart.tsx'
import { ExitHistory } from './exit-history.tsx'
import { SavedStates } from './saved-states.tsx'

// Charts do not blow up noise: an idle process is a flat line.
const leastCpuPct = 10
const leastBytes = 10_000_000

/** Who a process is, what it uses and how its runs ended. */
export function Overview({ row }: { readonly row: ProcessRow }) {
  const detail = useProcessDetail(row.id)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard
    <section className="overview" aria-label={`Overview of ${displayName(row)}`} tabIndex={0} data-details>
      <Charts row={row} />
      <div className="side">
        <Identity row={row} detail={detail} />
        {detail && detail.states.length > 0 && <SavedStates row={row} states={detail.states} />}
        {detail && <ExitHistory runs={detail.runs} stopped={row.life.kind === 'down'} />}
        {detail && detail.envNames.length > 0 && <Environment names={detail.envNames} />}
      </div>
    </section>
  )
}

function Charts({ row }: { readonly row: ProcessRow }) {
  const now = useNow()
  const choice = useAppearance((state) => state.theme)
  const system = useSystemTheme()
  const theme = choice === 'system' ? system : choice
  // biome-ignore lint/correctness/useExhaustiveDependencies: samples come with the clock
  const series = useMemo(() => usageOf(row.id), [row.id, now])
  const common = { times: series.times, formatTime: formatClock, theme }
  const isMeasured = series.times.length > 1
  return (
    <div className="charts">
      <figure className="chart">
        <figcaption>
          <b>CPU</b>
          <span className="muted">% of one core</span>
          {row.usage && <b className="push">{formatPercent(row.usage.cpuPct)} %</b>}
        </figcaption>
        {isMeasured ? (
          <Chart
            {...common}
            label="CPU over time"
            values={series.cpuPct}
            format={(value) => formatPercent(value)}
            least={leastCpuPct}
          />
        ) : (
          <NotMeasured />
        )}
      </figure>
      <figure className="chart">
        <figcaption>
          <b>Memory</b>
          <span className="muted">of the whole tree</span>
          {row.usage && <b className="push">{formatBytes(row.usage.rssBytes)}</b>}
        </figcaption>
        {isMeasured ? (
          <Chart
            {...common}
            label="Memory over time"
            values={series.rssBytes}
            format={formatBytes}
            least={leastBytes}
          />
        ) : (
          <NotMeasured />
        )}
      </figure>
    </div>
  )
}

const NotMeasured = () => (
  <div className="plot">
    <span className="note">Nothing measured since this window was opened</span>
  </div>
)

function Identity({ row, detail }: { readonly row: ProcessRow; readonly detail: ProcessDetail | undefined }) {
  const session = useRows((state) => state.sessions.get(row.sessionId))
  const program = programOf(row.life)
  const listen = row.usage?.listen ?? []
  return (
    <>
      <div className="panelhead">
        <h3>Identity</h3>
      </div>
      <dl className="facts">
        <dt>Name</dt>
        <dd>{row.name}</dd>
        {row.alias !== null && <dt>Alias</dt>}
        {row.alias !== null && <dd>{row.alias}</dd>}
        <dt>Session</dt>
        <dd>{session?.name ?? '–'}</dd>
        <dt>Run</dt>
        <dd>{row.run}</dd>
        <dt>Pid</dt>
        <dd>{program ? program.identity.pid : '–'}</dd>
        <dt>Runs on</dt>
        <dd>{row.host}</dd>
        <dt>Command</dt>
        <dd className="mono">{commandLine(row.argv)}</dd>
        <dt>Folder</dt>
        <dd className="mono">{detail?.cwd ?? '–'}</dd>
        <dt>Listens on</dt>
        <dd className={listen.length > 0 ? 'mono' : undefined}>{listen.length > 0 ? listen.join(', ') : '–'}</dd>
        <dt>Restarts</dt>
        <dd>{restartSentence(row.restart, row.restartLimit)}</dd>
        {detail && <dt>Ready</dt>}
        {detail && <dd>{readinessSentence(detail.ready)}</dd>}
        <dt>On deactivate</dt>
        <dd>{row.shutdown ? 'Stops' : 'Keeps running'}</dd>
        {detail && <dt>Stops with</dt>}
        {detail && (
          <dd>
            {detail.stopSignal}, then kill after {detail.graceMs / 1000} s
          </dd>
        )}
      </dl>
    </>
  )
}

function Environment({ names }: { readonly names: readonly string[] }) {
  return (
    <div className="section">
      <div className="panelhead">
        <h3>Environment</h3>
        <span>names only</span>
      </div>
      <dl className="facts">
        <dt>Set</dt>
        <dd className="mono">{names.join(' ')}</dd>
      </dl>
    </div>
  )
}

import { type HostRow, isReachable } from '../../../shared/domain/host.ts'
import { formatMoment } from '../../../shared/text/durations.ts'
import {
  formatLatency,
  hostProcessesText,
  hostStateDetail,
  hostStateWord,
  refusalRemedy,
} from '../../../shared/text/host-row.ts'
import { useTimed } from '../../data/clock.ts'
import { shownHostMark } from '../../data/hosts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Dash, GpuBars, LoadMeter, MemoryMeter } from './measures.tsx'

type HostLineProps = {
  readonly host: HostRow
  readonly index: number
  readonly selected: boolean
  readonly lostSince: number | null
}

/** One machine. What was measured before it was lost is not shown as if it were now. */
export function HostLine({ host, index, selected, lostSince }: HostLineProps) {
  const { name, state, address, latencyMs, processes } = host
  const mark = shownHostMark(host, lostSince)
  const isNow = lostSince === null && isReachable(state)
  return (
    <div
      className="r"
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      data-key={name}
      data-state={state.kind}
    >
      <span className="c-mark" role="gridcell">
        {mark && <Mark kind={mark} />}
      </span>
      <span className="c-name name" role="gridcell" title={name}>
        {name}
      </span>
      <span className="c-status" role="gridcell">
        <span className={mark ? `s-${mark}` : 'muted'}>{lostSince === null ? hostStateWord(state) : 'Unknown'}</span>
      </span>
      <Detail host={host} lostSince={lostSince} />
      <span className="c-x c-address muted" role="gridcell" title={address ?? undefined}>
        {address ?? <Dash />}
      </span>
      <span className="c-age num" role="gridcell">
        {isNow && latencyMs !== null ? formatLatency(latencyMs) : <Dash />}
      </span>
      <span className="c-x" role="gridcell">
        {isNow ? <LoadMeter host={host} /> : <Dash />}
      </span>
      <span className="c-x c-memory" role="gridcell">
        {isNow ? <MemoryMeter memory={host.memory} /> : <Dash />}
      </span>
      <span className="c-x" role="gridcell">
        {isNow ? <GpuBars gpus={host.gpus} /> : <Dash />}
      </span>
      <span className="c-x c-processes num" role="gridcell" title={hostProcessesText(processes)}>
        {processes.total === 0 ? (
          <Dash />
        ) : (
          <>
            {isNow ? processes.running : '–'} <span className="unit">/ {processes.total}</span>
          </>
        )}
      </span>
    </div>
  )
}

/** Since when, and what is wrong. */
function Detail({ host, lostSince }: { readonly host: HostRow; readonly lostSince: number | null }) {
  const text = useTimed((now) => detailOf(host, lostSince, now))
  const isQuiet = lostSince === null && shownHostMark(host, null) === null
  return (
    <span className={isQuiet ? 'c-detail muted' : 'c-detail'} role="gridcell" title={text}>
      {text}
    </span>
  )
}

function detailOf({ name, state, lastError }: HostRow, lostSince: number | null, now: number): string {
  if (lostSince !== null) return `No word from the daemon since ${formatMoment(lostSince, now)}`
  const since = hostStateDetail(state, now)
  const isTrouble = state.kind === 'unreachable' || state.kind === 'reconnecting' || state.kind === 'refused'
  const start = since.charAt(0).toUpperCase() + since.slice(1)
  // Its name is its state; what can be done about it says more than the key, which stands in the details.
  if (state.kind === 'refused' && state.because === 'unknown-key')
    return `${refusalRemedy(name, state.because)} ${start}`
  // The reason first: what does not fit is cut at the end.
  return isTrouble && lastError ? `${lastError.message} ${start}` : start
}

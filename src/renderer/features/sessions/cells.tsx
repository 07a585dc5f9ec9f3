import type { ReactNode } from 'react'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { measureBytes } from '../../../shared/text/bytes.ts'
import { commandLine } from '../../../shared/text/command-line.ts'
import { ageText } from '../../../shared/text/detail.ts'
import { formatCount, formatPercent } from '../../../shared/text/numbers.ts'
import { type Status, statusWord } from '../../../shared/text/status.ts'
import { useTimed } from '../../data/clock.ts'
import type { ColumnId } from '../../data/columns.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { shownDetail, shownStrong, shownUsage } from '../../data/shown-status.ts'
import { Sparkline } from '../../ui/sparkline.tsx'

/** No value. One dash everywhere. */
const Dash = () => <span className="unit">–</span>

// Below this a line of CPU use is noise and is drawn flat.
const leastCpuPct = 5

type CellProps = { readonly row: ProcessRow; readonly status: Status }

export function Cell({ id, row, status }: CellProps & { readonly id: ColumnId }): ReactNode {
  switch (id) {
    case 'name':
      return (
        <span className="c-name name" role="gridcell" title={row.alias === null ? undefined : row.name}>
          {displayName(row)}
        </span>
      )
    case 'status':
      return (
        <span className="c-status" role="gridcell">
          <span key={status} className={`s-${status}`}>
            {statusWord[status]}
          </span>
        </span>
      )
    case 'detail':
      return <DetailCell row={row} />
    case 'session':
      return <SessionCell id={row.sessionId} />
    case 'host':
      return <Plain>{row.host}</Plain>
    case 'cpu':
      return <CpuCell row={row} />
    case 'memory':
      return <MemoryCell row={row} />
    case 'age':
      return <AgeCell row={row} />
    case 'restarts':
      return (
        <span className="c-x num muted" role="gridcell">
          {formatCount(row.restarts)}
        </span>
      )
    case 'command':
      return <Plain>{commandLine(row.argv)}</Plain>
  }
}

function Plain({ children }: { readonly children: string }) {
  return (
    <span className="c-x muted" role="gridcell" title={children}>
      {children}
    </span>
  )
}

function SessionCell({ id }: { readonly id: string }) {
  const name = useRows((state) => state.sessions.get(id)?.name ?? '')
  return <Plain>{name}</Plain>
}

function DetailCell({ row }: { readonly row: ProcessRow }) {
  const lostSince = useConnection((state) => state.lostSince)
  const text = useTimed((now) => shownDetail(row, lostSince, now))
  return (
    <span className={shownStrong(row, lostSince) ? 'c-detail' : 'c-detail muted'} role="gridcell" title={text}>
      {text}
    </span>
  )
}

function AgeCell({ row }: { readonly row: ProcessRow }) {
  const text = useTimed((now) => ageText(row, now))
  return (
    <span className="c-age num muted" role="gridcell">
      {text}
    </span>
  )
}

function CpuCell({ row }: { readonly row: ProcessRow }) {
  const usage = shownUsage(
    row,
    useConnection((state) => state.lostSince),
  )
  if (!usage) return <NoNumber />
  return (
    <span className="c-x num spark" role="gridcell">
      <Sparkline values={row.cpuHistory} least={leastCpuPct} />
      <span>
        {formatPercent(usage.cpuPct)} <span className="unit">%</span>
      </span>
    </span>
  )
}

function MemoryCell({ row }: { readonly row: ProcessRow }) {
  const usage = shownUsage(
    row,
    useConnection((state) => state.lostSince),
  )
  if (!usage) return <NoNumber />
  const { value, unit } = measureBytes(usage.rssBytes)
  return (
    <span className="c-x num" role="gridcell">
      {value} <span className="unit">{unit}</span>
    </span>
  )
}

const NoNumber = () => (
  <span className="c-x num" role="gridcell">
    <Dash />
  </span>
)

import type { HostRow, HostState } from '../../shared/domain/host.ts'
import { formatMoment } from '../../shared/text/durations.ts'
import {
  formatLatency,
  hostMark,
  hostProcessesText,
  hostStateDetail,
  hostStateWord,
} from '../../shared/text/host-row.ts'
import { formatPercent } from '../../shared/text/numbers.ts'
import { type Piece, type Printer, type Style, styled } from './printer.ts'
import { type Column, printTable } from './table.ts'

const hostColumns: readonly Column[] = [
  { title: 'HOST' },
  { title: 'STATE' },
  { title: 'ADDRESS' },
  { title: 'LATENCY', align: 'right' },
  { title: 'LOAD', align: 'right' },
  { title: 'GPU' },
  { title: 'PROCESSES' },
  { title: 'LAST ERROR' },
]

const absent = '-'

/** The table of `host list`; `now` in milliseconds since 1970. */
export const printHosts = (printer: Printer, hosts: readonly HostRow[], now: number): void =>
  printTable(
    printer,
    hostColumns,
    hosts.map((host) => hostCells(host, now)),
  )

function hostCells(host: HostRow, now: number): Piece[] {
  const { name, address, latencyMs, load1, cores, lastError } = host
  return [
    name,
    hostStatePiece(host.state, now),
    address ?? absent,
    latencyMs === null ? absent : formatLatency(latencyMs),
    load1 === null ? absent : `${load1.toFixed(2)}${cores === null ? '' : `/${cores}`}`,
    gpuText(host),
    hostProcessesText(host.processes),
    lastError === null ? '' : `${formatMoment(lastError.at, now)} ${lastError.message}`,
  ]
}

/** Its state in words, with since when and when it is tried again. */
function hostStatePiece(state: HostState, now: number): Piece {
  const detail = hostStateDetail(state, now)
  return styled(`${hostStateWord(state)}${detail === '' ? '' : ` ${detail}`}`, stateStyle(state))
}

function stateStyle(state: HostState): Style {
  const mark = hostMark(state)
  switch (mark) {
    case null:
      return state.kind === 'idle' ? 'dim' : 'green'
    case 'starting':
      return 'blue'
    case 'failed':
      return 'red'
    default:
      return 'yellow'
  }
}

/** `2 (38 %, 0 %)`: how many, and how busy each of them is. */
function gpuText({ gpus }: HostRow): string {
  if (gpus.length === 0) return absent
  const busy = gpus.map(({ utilisationPct }) => (utilisationPct === null ? '?' : `${formatPercent(utilisationPct)} %`))
  return `${gpus.length} (${busy.join(', ')})`
}

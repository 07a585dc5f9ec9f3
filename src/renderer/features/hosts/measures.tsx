import type { GpuRow, HostRow } from '../../../shared/domain/host.ts'
import { shareOfBytes } from '../../../shared/text/bytes.ts'
import { type LoadLevel, loadLevel } from '../../../shared/text/host-row.ts'
import { Meter } from '../../ui/meter.tsx'

/** One dash for what nobody has measured. */
export const Dash = () => <span className="unit">–</span>

// A level is never told by colour alone: its number is muted, usual or strong, and screen readers hear the word.
const numberClass: Readonly<Record<LoadLevel, string>> = { light: 'muted', moderate: '', heavy: 'strong' }

const Level = ({ level }: { readonly level: LoadLevel }) => <span className="sr"> ({level})</span>

/** Load of the processors: all cores busy are 100 %. */
export function LoadMeter({ host }: { readonly host: Pick<HostRow, 'load1' | 'cores'> }) {
  const { load1, cores } = host
  if (load1 === null || cores === null) return <Dash />
  const percent = (load1 / cores) * 100
  const level = loadLevel('load', percent)
  return (
    <span className="measure" title={`Load ${load1.toFixed(1)} of ${cores} cores`}>
      <Meter percent={percent} level={level} />
      <span className={numberClass[level]}>
        {load1.toFixed(1)} <span className="unit">/ {cores}</span>
        <Level level={level} />
      </span>
    </span>
  )
}

export function MemoryMeter({ memory }: { readonly memory: HostRow['memory'] }) {
  if (memory === null) return <Dash />
  return <BytesMeter used={memory.usedBytes} total={memory.totalBytes} />
}

function BytesMeter({ used, total }: { readonly used: number; readonly total: number }) {
  const percent = total > 0 ? (used / total) * 100 : 0
  const level = loadLevel('memory', percent)
  const share = shareOfBytes(used, total)
  return (
    <span className="measure" title={`${Math.round(percent)} % of the memory`}>
      <Meter percent={percent} level={`memory ${level}`} />
      <span className={numberClass[level]}>
        {share.used} <span className="unit">/ {share.total}</span>
        <Level level={level} />
      </span>
    </span>
  )
}

/** All GPUs of a host in one cell: a bar each, and how busy they are together. */
export function GpuBars({ gpus }: { readonly gpus: readonly GpuRow[] }) {
  const known = gpus.flatMap(({ utilisationPct }) => utilisationPct ?? [])
  if (gpus.length === 0) return <Dash />
  const mean = known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length
  const level = mean === null ? 'light' : loadLevel('load', mean)
  return (
    <span className="gpu-bars" title={gpus.map(gpuWords).join('\n')}>
      <span className="gpu-columns" aria-hidden="true">
        {gpus.slice(0, mostColumns).map((gpu) => (
          <span
            key={gpu.index}
            className={loadLevel('load', gpu.utilisationPct ?? 0)}
            style={{ ['--share' as string]: `${gpu.utilisationPct ?? 0}%` }}
          />
        ))}
      </span>
      <span className="sr">{gpus.map(gpuWords).join(', ')}. Together </span>
      <span className={numberClass[level]}>
        {mean === null ? '–' : Math.round(mean)} <span className="unit">%</span>
      </span>
    </span>
  )
}

// No machine in one box has more.
const mostColumns = 16

const gpuWords = ({ index, utilisationPct }: GpuRow): string =>
  `GPU ${index} ${utilisationPct === null ? 'load not known' : `${Math.round(utilisationPct)} %`}`

/** One GPU whole: what it is, its load and its memory. */
export function Gpu({ gpu }: { readonly gpu: GpuRow }) {
  const { index, name, utilisationPct, memoryUsedBytes, memoryTotalBytes, temperatureC } = gpu
  const level = loadLevel('load', utilisationPct ?? 0)
  return (
    <li className="gpu">
      <div className="row">
        <b>GPU {index}</b>
        <span className="muted cut push">
          {name}
          {temperatureC !== null && `, ${temperatureC} °C`}
        </span>
      </div>
      <div className="gpu-line">
        <span className="muted">Load</span>
        {utilisationPct === null ? (
          <Dash />
        ) : (
          <span className="measure">
            <Meter percent={utilisationPct} level={level} />
            <span className={numberClass[level]}>
              {Math.round(utilisationPct)} <span className="unit">%</span>
              <Level level={level} />
            </span>
          </span>
        )}
      </div>
      <div className="gpu-line">
        <span className="muted">Memory</span>
        {memoryUsedBytes === null || memoryTotalBytes === null ? (
          <Dash />
        ) : (
          <BytesMeter used={memoryUsedBytes} total={memoryTotalBytes} />
        )}
      </div>
    </li>
  )
}

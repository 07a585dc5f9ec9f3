import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import { tokenColour } from '../../ui/token-colour.ts'

type ChartProps = {
  /** What it shows, for those who cannot see it. */
  readonly label: string
  /** Milliseconds since 1970 UTC, ascending. */
  readonly times: readonly number[]
  readonly values: readonly number[]
  readonly format: (value: number) => string
  readonly formatTime: (at: number) => string
  /** The scale reaches at least this high. */
  readonly least: number
  /** Changes with the theme, so that the colours are read again. */
  readonly theme: string
}

const font = '12px "Inter Variable", sans-serif'
const axisWidth = 64

function optionsOf(props: ChartProps, width: number, height: number): UPlot.Options {
  const [line, fill, grid, text] = ['--data-now', '--data-fill', '--data-grid', '--text-muted'].map(tokenColour)
  const axis = { stroke: text ?? '', font, grid: { stroke: grid ?? '', width: 1 }, ticks: { show: false } }
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(props.least, max * 1.1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        space: 90,
        values: (_, seconds) => seconds.map((second) => props.formatTime(second * 1000)),
      },
      { ...axis, size: axisWidth, space: 30, values: (_, values) => values.map(props.format) },
    ],
    series: [{}, { stroke: line ?? '', fill: fill ?? '', width: 1.75, points: { show: false } }],
  }
}

const dataOf = ({ times, values }: ChartProps): UPlot.AlignedData => [times.map((time) => time / 1000), [...values]]

/** One series over time. */
export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const latest = useRef(props)
  latest.current = props

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme needs another canvas
  useEffect(() => {
    const element = place.current
    if (!element) return
    const { clientWidth, clientHeight } = element
    const made = new UPlot(optionsOf(latest.current, clientWidth, clientHeight), dataOf(latest.current), element)
    plot.current = made
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [props.theme])

  useEffect(() => plot.current?.setData(dataOf(props)))
  return <div className="plot" ref={place} role="img" aria-label={props.label} />
}

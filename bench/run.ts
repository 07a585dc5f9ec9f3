import os from 'node:os'
import { measureCrashRestart } from './crash-restart.ts'
import { measureLogFlood } from './log-flood.ts'
import { type Figure, type Findings, type Measurement, ratioOf, type Summary } from './measurement.ts'
import { allowRawText } from './raw-text.ts'

// Every benchmark, or those that are named (`npm run bench -- ssh`), floor and ours interleaved in one run. Prints a table,
// or JSON with --json. A missed goal is said, and is no failure: absolute times mean nothing on another machine, and a
// busy one disturbs ratios as well.

const benchmarks: Readonly<Record<string, () => Promise<Findings>>> = {
  crash: measureCrashRestart,
  flood: measureLogFlood,
  async ssh() {
    allowRawText()
    const { measureSsh } = await import('./ssh/index.ts')
    return measureSsh()
  },
}

const shown = ({ p50, p95 }: Summary, unit: string): string => `${p50} / ${p95} ${unit}`

function tableLine(measurement: Measurement): string {
  const { name, unit, floor, ours, work, goal } = measurement
  const ratio = ratioOf(measurement)
  const verdict = ratio <= goal.ratio ? 'met' : 'missed'
  return [
    name,
    `floor ${shown(floor, unit)} (${floor.what})`,
    `ours ${shown(ours, unit)}`,
    ...(work === undefined ? [] : [`of it ${shown(work, unit)} (${work.what})`]),
    `ratio ${ratio} (goal ${goal.ratio} at ${goal.of}, ${verdict})`,
    `${ours.samples} samples`,
  ].join(' | ')
}

function figureLine({ name, unit, value, atMost }: Figure): string {
  const rounded = Math.round(value * 100) / 100
  const verdict = atMost === null ? '' : ` (goal ${atMost}, ${value <= atMost ? 'met' : 'missed'})`
  return `${name} | ${rounded} ${unit}${verdict}`
}

const [, , ...words] = process.argv
const names = words.filter((word) => !word.startsWith('--'))
const unknown = names.find((name) => !Object.hasOwn(benchmarks, name))
if (unknown !== undefined)
  throw new Error(`There is no benchmark ${unknown}, only ${Object.keys(benchmarks).join(', ')}`)

const asJson = words.includes('--json')
const all: object[] = []
for (const [name, measure] of Object.entries(benchmarks)) {
  if (names.length > 0 && !names.includes(name)) continue
  const loadBefore = os.loadavg()[0]
  const { measurements, figures } = await measure()
  all.push(...measurements.map((measurement) => ({ ...measurement, ratio: ratioOf(measurement) })), ...figures)
  if (asJson) continue
  const load = `load ${loadBefore?.toFixed(1)} before, ${os.loadavg()[0]?.toFixed(1)} after`
  const lines = [`${name} (p50 / p95; ${load})`, ...measurements.map(tableLine), ...figures.map(figureLine)]
  process.stdout.write(`${lines.join('\n')}\n\n`)
}
if (asJson) process.stdout.write(`${JSON.stringify(all)}\n`)

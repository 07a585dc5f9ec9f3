import { measureCrashRestart } from './crash-restart.ts'
import { measureLogFlood } from './log-flood.ts'
import { type Figure, type Measurement, ratioOf } from './measurement.ts'

// Every benchmark, floor and ours interleaved in one run. Prints a table, or JSON with --json. A missed goal is said, and
// is no failure: absolute times mean nothing on another machine, and a busy one disturbs ratios as well.

const benchmarks = [measureCrashRestart] as const
/** Those whose goals are no ratios. */
const figureBenchmarks = [measureLogFlood] as const

function tableLine(measurement: Measurement): string {
  const { name, unit, floor, ours, goal } = measurement
  const ratio = ratioOf(measurement)
  const verdict = ratio <= goal.ratio ? 'met' : 'missed'
  return [
    name,
    `floor ${floor[goal.of]} ${unit} (${floor.what})`,
    `ours ${ours[goal.of]} ${unit}`,
    `ratio ${ratio} (goal ${goal.ratio} at ${goal.of}, ${verdict})`,
    `${ours.samples} samples`,
  ].join(' | ')
}

function figureLine({ name, unit, value, atMost }: Figure): string {
  const shown = Math.round(value * 100) / 100
  const verdict = atMost === null ? '' : ` (goal ${atMost}, ${value <= atMost ? 'met' : 'missed'})`
  return `${name} | ${shown} ${unit}${verdict}`
}

const measurements: Measurement[] = []
for (const measure of benchmarks) measurements.push(await measure())
const figures: Figure[] = []
for (const measure of figureBenchmarks) figures.push(...(await measure()))
if (process.argv.includes('--json')) {
  const json = measurements.map((measurement) => ({ ...measurement, ratio: ratioOf(measurement) }))
  process.stdout.write(`${JSON.stringify([...json, ...figures])}\n`)
} else {
  const lines = [...measurements.map(tableLine), ...figures.map(figureLine)]
  process.stdout.write(`${lines.join('\n')}\n`)
}

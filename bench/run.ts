import { measureCrashRestart } from './crash-restart.ts'
import { type Measurement, ratioOf } from './measurement.ts'

// Every benchmark, floor and ours interleaved in one run. Prints a table, or JSON with --json. A missed goal is said, and
// is no failure: absolute times mean nothing on another machine, and a busy one disturbs ratios as well.

const benchmarks = [measureCrashRestart] as const

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

const measurements: Measurement[] = []
for (const measure of benchmarks) measurements.push(await measure())
if (process.argv.includes('--json')) {
  const json = measurements.map((measurement) => ({ ...measurement, ratio: ratioOf(measurement) }))
  process.stdout.write(`${JSON.stringify(json)}\n`)
} else {
  for (const measurement of measurements) process.stdout.write(`${tableLine(measurement)}\n`)
}

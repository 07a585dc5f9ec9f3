import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, watch } from 'node:fs'
import path from 'node:path'
import { DaemonLab, pidOf } from '../test/helpers/daemon-lab.ts'
import { type Findings, type Measurement, summarise } from './measurement.ts'

/** Says when it began, in seconds since 1970 with microseconds, and stays. bash's own variable costs no fork. */
const script = 'echo $EPOCHREALTIME; exec sleep 1000'
const rounds = 40
/** The first rounds warm caches and are not counted. */
const warmUps = 5

const wallClockMs = (): number => performance.timeOrigin + performance.now()

/** Milliseconds from SIGKILL until the replacement prints its first line, by a Node parent that does nothing else. */
async function floorRound(): Promise<number> {
  const start = () => spawn('/bin/bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const first = start()
  await once(first.stdout, 'data')
  const replacement = new Promise<number>((resolve) => {
    first.once('exit', () => {
      const second = start()
      second.stdout.once('data', (bytes: Buffer) => {
        second.kill('SIGKILL')
        resolve(Number(bytes.toString()) * 1000)
      })
    })
  })
  const killedAt = wallClockMs()
  first.kill('SIGKILL')
  return (await replacement) - killedAt
}

/** The numbers in the file, once there are `count` of them. Watching costs nothing while the daemon is at work. */
function numbersIn(file: string, count: number): Promise<number[]> {
  const read = () => readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number)
  return new Promise((resolve) => {
    const look = () => {
      const numbers = read()
      if (numbers.length < count) return
      watcher.close()
      resolve(numbers)
    }
    const watcher = watch(file, look)
    look()
  })
}

/** The same through the daemon: a process of its own in each round, so that its first restart has no delay. */
async function ourRound(lab: DaemonLab, round: number): Promise<number> {
  const alias = `crash-${round}`
  const { process: row } = await lab.ask('process.start', {
    workspace: lab.workspace,
    argv: ['/bin/bash', '-c', script],
    alias,
    restart: 'always',
    restartLimit: null,
  })
  const output = path.join(lab.workspace, 'out', `${row.name}.out`)
  await numbersIn(output, 1)
  const pid = pidOf(await lab.row(alias))
  const replaced = numbersIn(output, 2)
  const killedAt = wallClockMs()
  process.kill(pid, 'SIGKILL')
  const begunAt = ((await replaced)[1] ?? 0) * 1000
  await lab.ask('process.stop', { targets: [lab.target(alias)], now: true, wait: true })
  return begunAt - killedAt
}

/** Crash to first line of the replacement: at most twice a bare Node parent at the median. */
export async function measureCrashRestart(): Promise<Findings> {
  await using lab = await DaemonLab.start()
  const floor: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds + warmUps; round++) {
    const bare = await floorRound()
    const own = await ourRound(lab, round)
    if (round < warmUps) continue
    floor.push(bare)
    ours.push(own)
  }
  const measurement: Measurement = {
    name: 'crash to first line of the replacement',
    unit: 'ms',
    floor: { what: 'Node parent, spawn with a pipe', ...summarise(floor) },
    ours: summarise(ours),
    goal: { ratio: 2, of: 'p50' },
  }
  return { measurements: [measurement], figures: [] }
}

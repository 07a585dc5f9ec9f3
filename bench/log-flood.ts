import { mkdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { InputOf } from '../src/shared/contract/contract.ts'
import { decodeLogPart, type LogGap } from '../src/shared/contract/log-part.ts'
import { DaemonLab, ourNode } from '../test/helpers/daemon-lab.ts'
import { floodLineBytes, floodScript, wrongFloodLines } from '../test/helpers/flood.ts'
import { until } from '../test/helpers/until.ts'
import { type Figure, type Findings, summarise, timed } from './measurement.ts'
import { agesOf, timedLines, timedScript } from './timed-lines.ts'

const limitBytes = 64 * 1_048_576
/** 200,000 lines per second. */
const bytesPerSecond = 50e6
const seconds = 20
/** proc_pid_stat(5) counts in these on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Seconds of processor that a process has used, and its children that have ended; with `running` those that have not. */
function cpuSeconds(pid: number, running: boolean): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  // utime, stime, cutime and cstime are fields 14 to 17; the first one here is field 3.
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
  if (!running) return own
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return own + children.reduce((sum, child) => sum + cpuSeconds(child, false), 0)
}

type Reading = { wrong: number; lines: number; gaps: LogGap[]; next: number }

/** Follows the standard output of a process and compares every line with what a flood wrote there. */
async function followFlood(lab: DaemonLab, alias: string, follow: boolean, signal: AbortSignal): Promise<Reading> {
  const reading: Reading = { wrong: 0, lines: 0, gaps: [], next: 0 }
  await lab.client.bytes('logs.tail', tailOf(lab, alias, follow), {
    signal,
    onPart: (part) => {
      for (const segment of decodeLogPart(part)) {
        if (segment.offset !== reading.next) reading.wrong += 1
        if (segment.kind === 'gap') {
          reading.gaps.push(segment)
          reading.next = segment.end
        } else {
          reading.wrong += wrongFloodLines(segment.bytes, segment.offset)
          reading.lines += segment.bytes.length / floodLineBytes
          reading.next = segment.offset + segment.bytes.length
        }
      }
    },
    advance: (input) => input,
  })
  return reading
}

const tailOf = (lab: DaemonLab, alias: string, follow: boolean): InputOf<'logs.tail'> => ({
  target: lab.target(alias),
  streams: 'out',
  from: { out: 0, err: 0 },
  lines: null,
  follow,
})

async function startNode(lab: DaemonLab, alias: string, script: string): Promise<string> {
  const argv = [ourNode(), '-e', script]
  const { process: row } = await lab.ask('process.start', {
    workspace: lab.workspace,
    argv,
    alias,
    restart: 'never',
  })
  return path.join(lab.workspace, 'out', `${row.name}.out`)
}

/** For so long nobody asks the daemon for anything, so that what it uses is for the flood alone. */
const quietSeconds = 15

/** A flood of `seconds`, with one follower or none: what the daemon uses, and what is left of the log. */
async function flood(lab: DaemonLab, followed: boolean): Promise<readonly Figure[]> {
  const alias = followed ? 'followed' : 'alone'
  const stop = new AbortController()
  const log = await startNode(lab, alias, floodScript({ bytesPerSecond, seconds }))
  const following = followed ? followFlood(lab, alias, true, stop.signal) : null
  const began = { cpu: cpuSeconds(lab.daemonPid, true), at: performance.now() }
  const lists: number[] = []
  let [most, percent] = [0, Number.NaN]
  for (let elapsed = 0; elapsed < seconds; ) {
    await pause(50)
    elapsed = (performance.now() - began.at) / 1000
    most = Math.max(most, statSync(log).blocks * 512)
    if (elapsed < quietSeconds) percent = (100 * (cpuSeconds(lab.daemonPid, true) - began.cpu)) / elapsed
    else lists.push(await timed(() => lab.client.call('rows.list', {})))
  }
  await lab.untilRow(alias, 'has ended', (row) => row.life.kind !== 'up')
  const { size } = statSync(log)
  const live = await untilRead(following, stop, size)
  const kept = await followFlood(lab, alias, false, new AbortController().signal)
  const name = followed ? 'flood with one follower' : 'flood with nobody watching'
  return [
    { name: `${name}: daemon CPU`, unit: '% of a core', value: percent, atMost: followed ? 20 : 2 },
    { name: `${name}: a list, p95`, unit: 'ms', value: summarise(lists).p95, atMost: 20 },
    { name: `${name}: most on disk`, unit: 'MiB', value: most / 1_048_576, atMost: (limitBytes * 1.5) / 1_048_576 },
    { name: `${name}: kept lines that are wrong`, unit: 'lines', value: kept.wrong, atMost: 0 },
    { name: `${name}: bytes neither kept nor in the gap`, unit: 'B', value: unsaid(kept, size), atMost: 0 },
    { name: `${name}: gaps at its start`, unit: 'gaps', value: kept.gaps.length, atMost: 1 },
    { name: `${name}: written`, unit: 'lines', value: size / floodLineBytes, atMost: null },
    ...(live === null
      ? []
      : [
          { name: `${name}: wrong lines of the follower`, unit: 'lines', value: live.wrong, atMost: 0 },
          {
            name: `${name}: bytes that it got neither as lines nor as a gap`,
            unit: 'B',
            value: unsaid(live, size),
            atMost: 0,
          },
          { name: `${name}: gaps in what it got`, unit: 'gaps', value: live.gaps.length, atMost: null },
        ]),
  ]
}

/** What is missing, or too much, beside lines and gaps. */
const unsaid = ({ lines, gaps }: Reading, size: number): number =>
  Math.abs(size - lines * floodLineBytes - gaps.reduce((sum, { offset, end }) => sum + end - offset, 0))

async function untilRead(
  following: Promise<Reading> | null,
  stop: AbortController,
  size: number,
): Promise<Reading | null> {
  if (following === null) return null
  // Aborted once it had time enough for what is left; a follower that is behind shows in its lines.
  await pause(size > 0 ? 2000 : 0)
  stop.abort()
  return following
}

/** Milliseconds from each write until the line is here, over the socket and by a bare watch of the file, side by side. */
async function latency(lab: DaemonLab): Promise<readonly Figure[]> {
  const stop = new AbortController()
  const log = await startNode(lab, 'timed', timedScript)
  const bare = await watchFile(log)
  const ours: number[] = []
  const following = lab.client.bytes('logs.tail', tailOf(lab, 'timed', true), {
    signal: stop.signal,
    onPart: (part) => {
      for (const segment of decodeLogPart(part)) if (segment.kind === 'lines') ours.push(...agesOf(segment.bytes))
    },
    advance: (input) => input,
  })
  await until(() => ours.length >= timedLines && bare.ages.length >= timedLines, {
    what: 'the timed lines',
    timeoutMs: 60_000,
  })
  stop.abort()
  await following
  await bare.close()
  const [own, floor] = [summarise(ours), summarise(bare.ages)]
  const name = 'tail latency above a bare watch'
  return [
    { name: `${name}, median (${own.p50} over ${floor.p50})`, unit: 'ms', value: own.p50 - floor.p50, atMost: 2 },
    { name: `${name}, p95 (${own.p95} over ${floor.p95})`, unit: 'ms', value: own.p95 - floor.p95, atMost: 10 },
  ]
}

/** The floor: a watch, and a read at each event. */
async function watchFile(file: string): Promise<{ readonly ages: number[]; readonly close: () => Promise<void> }> {
  const handle = await open(file)
  const ages: number[] = []
  let [position, reading] = [0, Promise.resolve()]
  const read = async () => {
    const block = Buffer.alloc(65_536)
    const { bytesRead } = await handle.read(block, 0, block.length, position)
    position += bytesRead
    ages.push(...agesOf(block.subarray(0, bytesRead)))
  }
  const watcher = watch(file, () => {
    reading = reading.then(read)
  })
  return {
    ages,
    close: async () => {
      watcher.close()
      await reading
      await handle.close()
    },
  }
}

/** 50 MB/s and 200,000 lines per second for 20 s with a limit of 64 MiB, and the way of a line in peace. */
export async function measureLogFlood(): Promise<Findings> {
  await using lab = await DaemonLab.start()
  mkdirSync(path.dirname(lab.places.config), { recursive: true })
  writeFileSync(lab.places.config, `logs: {max_per_process: ${limitBytes}}\n`)
  // The daemon looks every two seconds where its watch of the folder tells nothing.
  await pause(2500)
  return {
    measurements: [],
    figures: [...(await latency(lab)), ...(await flood(lab, false)), ...(await flood(lab, true))],
  }
}

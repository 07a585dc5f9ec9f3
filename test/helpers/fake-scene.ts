import { join } from 'node:path'
import type { RowsSnapshot } from '../../src/shared/contract/schemas.ts'
import type { Life } from '../../src/shared/domain/life.ts'
import { failure, success } from '../../src/shared/domain/result.ts'
import type { ProcessRow, RunRow } from '../../src/shared/domain/rows.ts'
import type { FakeDaemonOptions } from './fake-daemon.ts'
import { FakeLog } from './fake-log.ts'
import { localRow } from './host-rows.ts'
import { processDetail, processRow, sessionRow, upLife } from './rows.ts'

const rendererFolder = join(import.meta.dirname, '../../out/renderer')

const minute = 60_000

const exited = (code: number, at: number): Life => ({
  kind: 'exited',
  run: 1,
  end: { code, signal: null, at, reason: null },
})

/** One row for each status that a process can have, worst first, with its reason. */
export function oneOfEach(now: number): { readonly row: ProcessRow; readonly word: string; readonly detail: string }[] {
  const program = { identity: { bootId: 'boot', pid: 1234, startTime: '99' }, shimPid: 1233 }
  const stopping: Life = {
    kind: 'stopping',
    run: 1,
    since: now,
    killAt: now + 10 * minute,
    program,
    by: 'user',
    next: { kind: 'down', reason: 'Stopped by you' },
    survivors: [],
  }
  const starting: Life = { kind: 'starting', run: 1, since: now, program: null, readyBy: null }
  const paused: Life = { kind: 'paused', run: 1, since: now, program }
  const states: [string, Life, string, string][] = [
    ['eval-17', exited(137, now - 2 * minute), 'Failed', 'Exited with code 137 (killed)'],
    [
      'report',
      { kind: 'failed', since: now - minute, because: 'could-not-start', reason: 'not found' },
      'Failed',
      'Could not start: not found',
    ],
    [
      'ingest',
      { kind: 'unknown', since: now, reason: 'Not seen', last: 'up', program: null, stop: null },
      'Unknown',
      'Not seen since',
    ],
    ['notebook', stopping, 'Stopping', 'left before kill'],
    ['warm-up', starting, 'Starting', 'Waiting for the program'],
    ['later', { kind: 'new' }, 'Waiting', 'not started yet'],
    ['train-a', upLife(1234), 'Running', 'Pid 1234'],
    ['replay', paused, 'Paused', 'Paused by a stop signal'],
    ['board', { kind: 'down', since: now - minute, reason: 'Stopped by you' }, 'Stopped', 'Stopped by you'],
    ['prep', exited(0, now - minute), 'Succeeded', 'Exited with code 0'],
  ]
  return states.map(([name, life, word, detail]) => ({
    row: processRow({ id: name, alias: name, argv: ['/opt/run', name], life, startedAt: now - 3 * minute }),
    word,
    detail,
  }))
}

const snapshotOf = (processes: readonly ProcessRow[]): RowsSnapshot => ({
  sessions: [sessionRow()],
  processes: [...processes],
  dependences: [],
  hosts: [localRow()],
})

/** A log of many runs' worth of lines that ends with a failure on stderr. */
export function failedLog(now: number): { readonly log: FakeLog; readonly runs: readonly RunRow[] } {
  const log = new FakeLog()
  const at = now - 20 * minute
  for (let line = 0; line < 6000; line += 1) log.write('out', at + line, `INFO step ${line}\n`)
  const { out, err } = log.place
  for (let line = 0; line < 30; line += 1) log.write('out', at + 10_000 + line, `INFO again ${line}\n`)
  log.write('err', at + 20_000, 'Traceback (most recent call last):\nRuntimeError: out of memory\n')
  const end = (code: number, when: number) => ({ code, signal: null, at: when, reason: null })
  const run = (number: number, start: number, code: number, outOffset: number, errOffset: number): RunRow => ({
    run: number,
    startedAt: start,
    endedAt: start + 5000,
    end: end(code, start + 5000),
    pid: 1,
    outOffset,
    errOffset,
  })
  return { log, runs: [run(2, at + 10_000, 137, out, err), run(1, at, 0, 0, 0)] }
}

/** A daemon with these rows that shows processes and refuses to stop them. */
export function scene(processes: readonly ProcessRow[], more: Partial<FakeDaemonOptions> = {}): FakeDaemonOptions {
  const show = (input: unknown) => {
    const { id } = input as { id: string }
    const row = processes.find((process) => process.id === id)
    return row ? success(processDetail(row)) : failure('not_found', 'There is no such process.')
  }
  return {
    rendererFolder,
    snapshot: snapshotOf(processes),
    ...more,
    calls: {
      'process.show': show,
      'process.stop': () => failure('conflict', 'It has ended already.'),
      ...more.calls,
    },
  }
}

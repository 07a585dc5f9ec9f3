import { once } from 'node:events'
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LogCollector, LogLab } from '../../../../test/helpers/log-lab.ts'
import { isWatched } from '../../../../test/helpers/own-descriptors.ts'
import { until } from '../../../../test/helpers/until.ts'
import type { LogService } from './index.ts'
import type { TailRequest } from './tail.ts'

const everything: TailRequest = {
  streams: 'both',
  from: null,
  lines: null,
  follow: true,
  since: null,
  until: null,
}

function follow(lab: LogLab, service: LogService, request: Partial<TailRequest> = {}): LogCollector {
  return new LogCollector((signal) => service.tail(lab.paths, { ...everything, ...request }, signal))
}

/** Writes `count` numbered lines, every third to stderr, some in two pieces, a few per turn of its loop. */
const numberedLines = (count: number) => `
  const { writeSync } = require('node:fs')
  let next = 1
  const step = () => {
    for (let i = 0; i < 7 && next <= ${count}; i += 1, next += 1) {
      const stream = next % 3 === 0 ? 2 : 1
      const line = next + ' ' + Date.now() + ' ' + 'x'.repeat(next % 50) + '\\n'
      if (next % 11 !== 0) writeSync(stream, line)
      else { writeSync(stream, line.slice(0, 3)); writeSync(stream, line.slice(3)) }
    }
    if (next <= ${count}) setTimeout(step, 1)
  }
  step()`

/** The numbers of all complete lines, put together by offset as a reader does. */
function numbersOf(collectors: readonly LogCollector[]): number[] {
  const streams = (['out', 'err'] as const).map((stream) => {
    const segments = collectors.flatMap((collector) => collector.segments).filter((found) => found.stream === stream)
    let end = 0
    for (const segment of segments) {
      expect(segment.offset).toBe(end)
      end += segment.bytes.length
    }
    return Buffer.concat(segments.map((segment) => segment.bytes)).toString()
  })
  const lines = streams.flatMap((text) => text.split('\n').slice(0, -1))
  return lines.map((line) => Number(line.split(' ')[0])).sort((left, right) => left - right)
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

test('follows a real program over a restart of the service without a missing or doubled line', async () => {
  await using lab = await LogLab.create()
  const count = 3000
  const before = lab.service()
  const writer = lab.write(numberedLines(count))
  before.watch({ id: 'a', ...lab.paths })
  const first = follow(lab, before)
  await until(() => first.lines.length > 300, { what: 'the first lines' })
  before.close()
  await first.done

  const after = lab.service()
  after.watch({ id: 'a', ...lab.paths })
  const second = follow(lab, after, { from: first.place })
  const ended = writer.exitCode === null ? once(writer, 'exit') : Promise.resolve()
  await ended
  await until(() => numbersOf([first, second]).length >= count, { what: 'the last line' })
  await second.stop()
  expect(numbersOf([first, second])).toEqual(upTo(count))
})

test('gives lines times that are in order and not before they were written', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  lab.write(numberedLines(1000))
  service.watch({ id: 'a', ...lab.paths })
  const live = follow(lab, service)
  await until(() => numbersOf([live]).length === 1000, { what: 'the last line' })
  await live.stop()
  const later = follow(lab, service, { follow: false })
  await later.done
  for (const collector of [live, later]) {
    const times = collector.segments.map((segment) => segment.time)
    expect(times).toEqual([...times].sort((left, right) => left - right))
    for (const segment of collector.segments) {
      for (const line of Buffer.from(segment.bytes).toString().split('\n').slice(0, -1)) {
        const written = Number(line.split(' ')[1])
        // The piece of a line that was cut has no time of its own.
        if (written > 1e12) expect(segment.time).toBeGreaterThanOrEqual(written)
      }
    }
  }
  expect(live.segments.length).toBeGreaterThan(10)
  expect(later.bytes.length).toBe(live.bytes.length)
})

test('times of lines that came while nobody looked are those of the last write', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'one\ntwo\n')
  const service = lab.service({ now: () => 9e12 })
  service.watch({ id: 'a', ...lab.paths })
  const read = follow(lab, service, { follow: false })
  await read.done
  expect(read.segments[0]?.time).toBeLessThanOrEqual(Date.now())
  const early = lab.service({ now: () => 5000 })
  const bounded = follow(lab, early, { follow: false, streams: 'err' })
  await bounded.done
  expect(bounded.segments).toEqual([])
  writeFileSync(lab.paths.errPath, 'three\n')
  const boundedByNow = follow(lab, early, { follow: false, streams: 'err' })
  await boundedByNow.done
  expect(boundedByNow.segments[0]?.time).toBe(5000)
})

test('keeps the times of lines for a service that comes later', async () => {
  await using lab = await LogLab.create()
  let clock = 1000
  const before = lab.service({ now: () => clock })
  writeFileSync(lab.paths.outPath, '')
  before.watch({ id: 'a', ...lab.paths })
  const live = follow(lab, before, { streams: 'out' })
  for (const line of ['one', 'two', 'three']) {
    appendFileSync(lab.paths.outPath, `${line}\n`)
    await until(() => live.lines.includes(line), { what: line })
    clock += 1000
  }
  before.close()
  const after = lab.service({ now: () => 9e12 })
  const read = follow(lab, after, { streams: 'out', follow: false })
  await read.done
  expect(read.segments.map((segment) => [Buffer.from(segment.bytes).toString(), segment.time])).toEqual([
    ['one\n', 1000],
    ['two\n', 2000],
    ['three\n', 3000],
  ])
})

test('merges the streams by time, stdout first at ties', async () => {
  await using lab = await LogLab.create()
  let clock = 1000
  const service = lab.service({ now: () => clock })
  writeFileSync(lab.paths.outPath, '')
  writeFileSync(lab.paths.errPath, '')
  service.watch({ id: 'a', ...lab.paths })
  const live = follow(lab, service)
  const written: string[] = []
  for (let number = 0; number < 8; number += 1) {
    const file = [0, 3, 4, 5].includes(number) ? lab.paths.errPath : lab.paths.outPath
    written.push(`${number}`)
    appendFileSync(file, `${number}\n`)
    await until(() => live.lines.length === written.length, { what: `line ${number}` })
    if (number !== 4) clock += 1000
  }
  await live.stop()
  expect(live.lines).toEqual(written)
  const cold = follow(lab, service, { follow: false })
  await cold.done
  expect(cold.lines).toEqual(written)
  const last = follow(lab, service, { follow: false, lines: 5 })
  await last.done
  expect(last.lines).toEqual(['3', '4', '5', '6', '7'])
  const none = follow(lab, service, { follow: false, lines: 0 })
  await none.done
  expect(none.lines).toEqual([])

  // Both came at once: nothing but the rule decides.
  clock += 1000
  appendFileSync(lab.paths.errPath, 'later\n')
  appendFileSync(lab.paths.outPath, 'first\n')
  const tied = follow(lab, service, { follow: false, lines: 2 })
  await tied.done
  expect(tied.lines).toEqual(['first', 'later'])
})

test('holds an unfinished line back for its end, but not for ever', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  writeFileSync(lab.paths.outPath, 'whole\nunfini')
  service.watch({ id: 'a', ...lab.paths })
  const live = follow(lab, service)
  await until(() => live.text === 'whole\nunfini', { what: 'the unfinished line' })
  appendFileSync(lab.paths.outPath, 'shed\n')
  await until(() => live.text === 'whole\nunfinished\n', { what: 'its end' })
  expect(live.segments.map((segment) => segment.offset)).toEqual([0, 6, 12])

  // The process ends: nobody has to wait.
  appendFileSync(lab.paths.outPath, '50 %\r')
  service.unwatch('a')
  await until(() => live.text.endsWith('50 %\r'), { what: 'what the process wrote last' })
  await live.stop()
})

test('starts again with a file that was cut or replaced', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  writeFileSync(lab.paths.outPath, 'old old old\n')
  service.watch({ id: 'a', ...lab.paths })
  const live = follow(lab, service)
  await until(() => live.lines.length === 1, { what: 'the old line' })
  truncateSync(lab.paths.outPath, 0)
  appendFileSync(lab.paths.outPath, 'new\n')
  await until(() => live.lines.includes('new'), { what: 'the new line' })
  writeFileSync(`${lab.paths.outPath}.other`, 'another file\n')
  renameSync(`${lab.paths.outPath}.other`, lab.paths.outPath)
  await until(() => live.lines.includes('another file'), { what: 'the other file' })
  await live.stop()
  expect(live.segments.map((segment) => segment.offset)).toEqual([0, 0, 0])

  const resumed = follow(lab, service, { from: { out: 10_000, err: 10_000 }, follow: false })
  await resumed.done
  expect(resumed.text).toBe('another file\n')
})

test('waits for logs that do not exist yet', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  service.watch({ id: 'a', ...lab.paths })
  const live = follow(lab, service, { lines: 10 })
  lab.write(`console.log('hello'); console.error('there')`)
  await until(() => live.lines.length === 2, { what: 'both lines' })
  expect([...live.lines].sort()).toEqual(['hello', 'there'])
  await live.stop()
})

test('an abort ends a follower at once and leaves nothing behind', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  writeFileSync(lab.paths.outPath, 'line\n')
  const live = follow(lab, service)
  await until(() => live.lines.length === 1 && isWatched(lab.paths.outPath), { what: 'a quiet follower' })
  await live.stop()
  expect(isWatched(lab.paths.outPath)).toBe(false)

  // A stream that is refused before it is read, or never read, opens nothing.
  const aborted = await service.tail(lab.paths, everything, AbortSignal.abort())
  expect(aborted.ok).toBe(true)
  expect(isWatched(lab.paths.outPath)).toBe(false)
})

test('a follower that leaves does not stop the index', async () => {
  await using lab = await LogLab.create()
  let clock = 1000
  const service = lab.service({ now: () => clock })
  writeFileSync(lab.paths.outPath, '')
  const live = follow(lab, service)
  service.watch({ id: 'a', ...lab.paths })
  appendFileSync(lab.paths.outPath, 'one\n')
  await until(() => live.lines.length === 1, { what: 'the line' })
  await live.stop()
  clock = 2000
  await until(() => isWatched(lab.paths.outPath), { what: 'the watch for the index' })
  appendFileSync(lab.paths.outPath, 'two\n')
  service.unwatch('a')
  const read = follow(lab, service, { follow: false })
  await read.done
  expect(read.segments.map((segment) => segment.time)).toEqual([1000, 2000])
})

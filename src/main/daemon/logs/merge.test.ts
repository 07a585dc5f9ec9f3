import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectValue, LogCollector, LogLab, placeAfter } from '../../../../test/helpers/log-lab.ts'
import { until } from '../../../../test/helpers/until.ts'
import { decodeLogPart, type LogSegment } from '../../../shared/contract/log-part.ts'
import type { DroppedRange } from './dropped-ranges.ts'
import { DroppedStore, droppedPathOf } from './dropped-store.ts'
import type { LogPaths, LogService } from './index.ts'
import type { MergeRequest } from './tail.ts'

const everything: MergeRequest = {
  streams: 'both',
  from: null,
  lines: null,
  follow: false,
  since: null,
  until: null,
}
const never = new AbortController().signal

/** Some processes whose lines get their times from a clock of the test. */
class Writers {
  readonly service: LogService
  readonly processes: readonly LogPaths[]
  readonly #clock: { now: number }

  constructor(lab: LogLab, count: number) {
    const clock = { now: 1000 }
    this.#clock = clock
    this.service = lab.service({ now: () => clock.now })
    this.processes = Array.from({ length: count }, (_, at) => lab.process(`p${at}`))
    for (const [at, paths] of this.processes.entries()) this.service.watch({ id: `${at}`, ...paths })
  }

  write(process: number, stream: 'out' | 'err', text: string): this {
    const paths = this.processes[process]
    if (paths === undefined) throw new Error('There is no such process')
    appendFileSync(stream === 'out' ? paths.outPath : paths.errPath, text)
    // Looks at the files, so that the bytes get their time.
    this.service.info(paths)
    return this
  }

  at(time: number): this {
    this.#clock.now = time
    return this
  }

  async read(request: Partial<MergeRequest> = {}): Promise<LogCollector> {
    const collector = new LogCollector((signal) =>
      this.service.merge(this.processes, { ...everything, ...request }, signal),
    )
    await collector.done
    return collector
  }
}

async function drop(indexPath: string, ...ranges: DroppedRange[]): Promise<void> {
  expect(await new DroppedStore(droppedPathOf(indexPath)).update(() => ranges)).toBe(true)
}

test('lines of several processes come in the order of their times; ties in that of the processes, stdout first', async () => {
  await using lab = await LogLab.create()
  const writers = new Writers(lab, 3)
  writers.at(2000).write(2, 'out', 'late\n').at(2500).write(0, 'err', 'later\n')
  writers.at(3000).write(2, 'err', 'd\n').write(2, 'out', 'c\n').write(0, 'err', 'b\n').write(0, 'out', 'a\n')
  const read = await writers.read()
  expect(read.lines).toEqual(['late', 'later', 'a', 'b', 'c', 'd'])
  expect(read.segments.map(({ source }) => source)).toEqual([2, 0, 0, 0, 2, 2])
  expect((await writers.read({ lines: 3 })).lines).toEqual(['b', 'c', 'd'])
  expect((await writers.read({ lines: 5, streams: 'err' })).lines).toEqual(['later', 'b', 'd'])
})

test('any cut and resume by one place per process gives the same lines once, in the same order', async () => {
  const line = fc.record({
    process: fc.nat(2),
    stream: fc.constantFrom('out' as const, 'err' as const),
    length: fc.constantFrom(0, 5, 300, 20_000, 70_000),
    step: fc.constantFrom(0, 0, 1, 50),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 25 }), fc.boolean(), async (lines, unfinished) => {
      await using lab = await LogLab.create()
      const writers = new Writers(lab, 3)
      let time = 1000
      const written = lines.map(({ process, stream, length, step }, at) => {
        time += step
        const text = `${at} ${'x'.repeat(length)}${unfinished && at === lines.length - 1 ? '' : '\n'}`
        writers.at(time).write(process, stream, text)
        return { text, time, order: process * 2 + (stream === 'out' ? 0 : 1) }
      })
      const expected = written
        .sort((left, right) => left.time - right.time || left.order - right.order)
        .map(({ text }) => text)
        .join('')
      const parts: LogSegment[][] = []
      for await (const part of expectValue(await writers.service.merge(writers.processes, everything, never))) {
        expect(part.length).toBeLessThanOrEqual(65_536)
        parts.push(decodeLogPart(part))
      }
      expect(textOf(parts.flat())).toBe(expected)
      for (let cut = 0; cut <= parts.length; cut += 1) {
        const before = parts.slice(0, cut).flat()
        const from = writers.processes.map((_, source) => placeAfter(before, source))
        expect(textOf([...before, ...(await writers.read({ from })).all])).toBe(expected)
      }
    }),
    { numRuns: 40 },
  )
})

const textOf = (segments: readonly LogSegment[]): string =>
  Buffer.concat(segments.map((segment) => (segment.kind === 'gap' ? Buffer.of() : segment.bytes))).toString('latin1')

test('a follower gets the lines of all in the order in which they came, over a resume as well', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  const processes = ['a', 'b', 'c'].map((name) => lab.process(name))
  for (const [at, paths] of processes.entries()) service.watch({ id: `${at}`, ...paths })
  const follow = (from: MergeRequest['from']) =>
    new LogCollector((signal) => service.merge(processes, { ...everything, follow: true, from }, signal))
  const first = follow(null)
  const expected: string[] = []
  const writeNext = async (collector: LogCollector, count: number) => {
    const paths = processes[count % 3]
    if (paths === undefined) throw new Error('There is no such process')
    appendFileSync(count % 2 === 0 ? paths.outPath : paths.errPath, `${count}\n`)
    expected.push(`${count}`)
    await until(() => collector.lines.includes(`${count}`), { what: `line ${count}` })
  }
  for (let count = 0; count < 12; count += 1) await writeNext(first, count)
  await first.stop()
  const second = follow(processes.map((_, source) => placeAfter(first.all, source)))
  for (let count = 12; count < 24; count += 1) await writeNext(second, count)
  await second.stop()
  expect([...first.lines, ...second.lines]).toEqual(expected)
})

test('who is cut off after the last lines goes on there, also in files of which no line was among them', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  const processes = [lab.process('a'), lab.process('b')]
  const [one, other] = processes
  if (one === undefined || other === undefined) throw new Error('Two processes were made')
  appendFileSync(one.errPath, 'old\n'.repeat(1000))
  appendFileSync(other.outPath, 'old\n'.repeat(1000))
  const first = new LogCollector((signal) =>
    service.merge(processes, { ...everything, lines: 2, follow: true }, signal),
  )
  await until(() => first.all.length >= 4, { what: 'a place of every file' })
  expect(first.lines).toEqual(['old', 'old'])
  await first.stop()
  const from = processes.map((_, source) => placeAfter(first.all, source))
  appendFileSync(one.errPath, 'new\n')
  const second = new LogCollector((signal) => service.merge(processes, { ...everything, from, follow: true }, signal))
  await until(() => second.lines.length > 0, { what: 'the new line' })
  await second.stop()
  expect(second.lines).toEqual(['new'])
})

test('the number of places must be that of the processes', async () => {
  await using lab = await LogLab.create()
  const { service, processes } = new Writers(lab, 2)
  const from = [{ out: 0, err: 0 }]
  expect(await service.merge(processes, { ...everything, from }, never)).toMatchObject({ ok: false, code: 'bad_input' })
})

test('since and until choose whole lines by the time of their last byte', async () => {
  await using lab = await LogLab.create()
  const writers = new Writers(lab, 2)
  writers.at(1000).write(0, 'out', 'a\nbegun ').at(2000).write(0, 'out', 'at 1000\nb\n').write(1, 'out', 'c\n')
  writers.at(3000).write(1, 'err', 'd\nalso begun ').at(4000).write(1, 'err', 'at 3000\n').write(0, 'out', 'open')
  const lines = async (request: Partial<MergeRequest>) => (await writers.read(request)).text.split('\n')
  expect(await lines({ since: 1001 })).toEqual(['begun at 1000', 'b', 'c', 'd', 'openalso begun at 3000', ''])
  expect(await lines({ since: 2000, until: 4000 })).toEqual(['begun at 1000', 'b', 'c', 'd', ''])
  expect(await lines({ until: 2000 })).toEqual(['a', ''])
  expect(await lines({ until: 1000 })).toEqual([''])
  expect(await lines({ since: 4001 })).toEqual([''])
  expect(await lines({ since: 1001, until: 3001, lines: 2 })).toEqual(['c', 'd', ''])
  expect(await lines({ since: 3000, lines: 100 })).toEqual(['d', 'openalso begun at 3000', ''])
  // A place goes on within the times.
  const from = [
    { out: 16, err: 0 },
    { out: 0, err: 0 },
  ]
  expect(await lines({ from, since: 2000, until: 3000 })).toEqual(['b', 'c', ''])
})

test('a follower with times begins when its time comes and ends by itself', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  service.watch({ id: 'a', ...lab.paths })
  writeFileSync(lab.paths.outPath, 'before\n')
  service.info(lab.paths)
  const now = Date.now()
  const request = { ...everything, streams: 'out', follow: true, since: now + 150, until: now + 1500 } as const
  const live = new LogCollector((signal) => service.merge([lab.paths], request, signal))
  const past = { ...everything, follow: true, until: now - 1000 }
  await new LogCollector((signal) => service.merge([lab.paths], past, signal)).done
  await until(() => Date.now() > now + 200, { what: 'the time of the first line' })
  appendFileSync(lab.paths.outPath, 'within\n')
  await until(() => live.lines.length === 1, { what: 'the line within the times' })
  await until(() => Date.now() > now + 1500, { what: 'the end of the time' })
  appendFileSync(lab.paths.outPath, 'after\n')
  await live.done
  expect(live.lines).toEqual(['within'])
})

const hole = { start: 4, end: 1_000_000_000, reason: 'host', time: 1500 } as const

/** Two lines, a hole of 1 GB that is known as dropped, and two more lines. */
async function holedLog(lab: LogLab): Promise<Writers> {
  const writers = new Writers(lab, 2)
  const [paths] = writers.processes
  if (paths === undefined) throw new Error('There is no process')
  writers.service.unwatch('0')
  writeFileSync(paths.outPath, '1\n2\n')
  truncateSync(paths.outPath, hole.end)
  appendFileSync(paths.outPath, '3\n4\n')
  await drop(paths.indexOutPath, hole)
  return writers
}

test('gaps keep their place among the lines and count as none', async () => {
  await using lab = await LogLab.create()
  const writers = await holedLog(lab)
  const rows = async (request: Partial<MergeRequest>) =>
    (await writers.read(request)).all.map((segment) =>
      segment.kind === 'gap' ? [segment.offset, segment.end, segment.reason] : Buffer.from(segment.bytes).toString(),
    )
  const gap = [hole.start, hole.end, 'host']
  expect(await rows({})).toEqual(['1\n2\n', gap, '3\n4\n'])
  expect(await rows({ lines: 2 })).toEqual(['3\n4\n'])
  expect(await rows({ lines: 3 })).toEqual(['2\n', gap, '3\n4\n'])
  expect(await rows({ lines: 9 })).toEqual(['1\n2\n', gap, '3\n4\n'])
})

test('pages backwards pass a gap whole', async () => {
  await using lab = await LogLab.create()
  const { service, processes } = await holedLog(lab)
  const [paths] = processes
  if (paths === undefined) throw new Error('There is no process')
  const pages: (string | number)[][] = []
  let place = hole.end + 4
  while (place > 0) {
    const request = { streams: 'out', before: { out: place, err: 0 }, maxBytes: 3 } as const
    const page = new LogCollector((signal) => service.before(paths, request, signal))
    await page.done
    pages.push(
      page.all.map((segment) => (segment.kind === 'gap' ? segment.end : Buffer.from(segment.bytes).toString())),
    )
    place = page.all[0]?.offset ?? 0
  }
  expect(pages).toEqual([['4\n'], [hole.end, '3\n'], ['2\n'], ['1\n']])
})

test('places and sizes know what was dropped at the start', async () => {
  await using lab = await LogLab.create()
  const { service } = new Writers(lab, 0)
  truncateSync(await emptyFile(lab.paths.outPath), hole.end)
  appendFileSync(lab.paths.outPath, '3\n4')
  await drop(lab.paths.indexOutPath, { ...hole, start: 0, reason: 'bound' })
  const { out, err } = service.info(lab.paths)
  expect(out).toMatchObject({ start: hole.end, end: hole.end + 3 })
  expect(out.onDiskBytes).toBeLessThan(100_000)
  expect(err).toEqual({ start: 0, end: 0, onDiskBytes: 0 })
  // The last line has not ended: whoever goes on from there gets it whole.
  expect(expectValue(await service.place(lab.paths, null))).toEqual({ out: hole.end + 2, err: 0 })
  expect(expectValue(await service.place(lab.paths, 9e15))).toEqual({ out: hole.end + 3, err: 0 })
})

async function emptyFile(path: string): Promise<string> {
  writeFileSync(path, '')
  return path
}

test('a place in time is where a line begins', async () => {
  await using lab = await LogLab.create()
  const writers = new Writers(lab, 1)
  const [paths] = writers.processes
  if (paths === undefined) throw new Error('There is no process')
  writers.at(1000).write(0, 'out', 'a\nbe').at(2000).write(0, 'out', 'gun\nb\n').write(0, 'err', 'c\n')
  const place = async (at: number) => expectValue(await writers.service.place(paths, at))
  expect(await place(1000)).toEqual({ out: 0, err: 0 })
  expect(await place(1001)).toEqual({ out: 2, err: 0 })
  expect(await place(2001)).toEqual({ out: 10, err: 2 })
})

test('bytes of any kind survive merging and paging backwards', async () => {
  await using lab = await LogLab.create()
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(
      Buffer.of(0, 10),
      Buffer.of(0xff, 0xfe, 10),
      Buffer.from('\u001b[31mred\u001b[0m\n'),
      Buffer.from('\u001b[3'),
      Buffer.from('ü\n').subarray(0, 1),
      Buffer.alloc(66_000, 'x'),
    ),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 20 }),
      fc.integer({ min: 1000, max: 90_000 }),
      async (pieces, maxBytes) => {
        const bytes = Buffer.concat(pieces)
        writeFileSync(lab.paths.outPath, bytes)
        const service = lab.service()
        const merged = new LogCollector((signal) => service.merge([lab.paths], everything, signal))
        await merged.done
        expect(merged.bytes.equals(bytes)).toBe(true)
        const pages: Buffer[] = []
        for (let place = bytes.length; place > 0; ) {
          const request = { streams: 'out', before: { out: place, err: 0 }, maxBytes } as const
          const page = new LogCollector((signal) => service.before(lab.paths, request, signal))
          await page.done
          pages.unshift(page.bytes)
          place = page.segments[0]?.offset ?? 0
        }
        expect(Buffer.concat(pages).equals(bytes)).toBe(true)
      },
    ),
    { numRuns: 30 },
  )
})

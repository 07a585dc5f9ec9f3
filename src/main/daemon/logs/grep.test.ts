import { appendFileSync, closeSync, ftruncateSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectValue, LogCollector, LogLab } from '../../../../test/helpers/log-lab.ts'
import { until } from '../../../../test/helpers/until.ts'
import { decodeLogPart } from '../../../shared/contract/log-part.ts'
import { DroppedStore, droppedPathOf } from './dropped-store.ts'
import { Grepper, type GrepRequest } from './grep.ts'
import type { LogPaths } from './index.ts'
import { LogFiles } from './log-file.ts'
import { SearchProgress } from './search-progress.ts'

const hits: GrepRequest = {
  streams: 'both',
  query: 'hit',
  regex: false,
  caseSensitive: true,
  from: null,
  to: null,
  since: null,
  until: null,
}
const never = new AbortController().signal
const mebibyte = 1_048_576

async function grep(lab: LogLab, processes: readonly LogPaths[], request: Partial<GrepRequest>): Promise<LogCollector> {
  const collector = new LogCollector((signal) => lab.service().grep(processes, { ...hits, ...request }, signal))
  await collector.done
  return collector
}

/** A grepper that shows how much it has read. */
function countedGrepper(timeLimitMs?: number) {
  const progress = new SearchProgress()
  const files = new LogFiles(Date.now)
  return { progress, files, grepper: new Grepper(files, timeLimitMs, () => progress) }
}

/** A file of `size` bytes in lines of 512 KiB, mostly holes, so that it takes little disk and no time. */
function writeHugeLog(file: string, size: number, firstHitAt: number): void {
  const descriptor = openSync(file, 'w')
  ftruncateSync(descriptor, size)
  for (let at = mebibyte / 2; at < size; at += mebibyte / 2) writeSync(descriptor, '\n', at)
  writeSync(descriptor, '\nhit\n', firstHitAt)
  closeSync(descriptor)
}

test('gives the lines that match, of one process in the order of their times', async () => {
  await using lab = await LogLab.create()
  let clock = 1000
  const service = lab.service({ now: () => clock })
  service.watch({ id: 'a', ...lab.paths })
  const written: { text: string; time: number; stream: 'out' | 'err' }[] = []
  for (let count = 0; count < 300; count += 1) {
    clock += count % 7 === 0 ? 1 : 0
    const stream = count % 3 === 0 ? 'err' : 'out'
    const text = `${count} ${count % 5 === 0 ? 'hit' : 'miss'}\n`
    appendFileSync(stream === 'out' ? lab.paths.outPath : lab.paths.errPath, text)
    service.info(lab.paths)
    written.push({ text, time: clock, stream })
  }
  const found = await grep(lab, [lab.paths], {})
  const expected = written
    .filter(({ text }) => text.includes('hit'))
    .sort(
      (left, right) => left.time - right.time || (left.stream === right.stream ? 0 : left.stream === 'out' ? -1 : 1),
    )
  expect(found.text).toBe(expected.map(({ text }) => text).join(''))
  expect(
    found.segments.flatMap(({ time, bytes }) =>
      Array<number>(Buffer.from(bytes).toString().split('\n').length - 1).fill(time),
    ),
  ).toEqual(expected.map(({ time }) => time))
  expect(found.failed).toBeNull()
})

test('several files, large and small, agree with a naive search', async () => {
  await using lab = await LogLab.create()
  const processes = ['a', 'b', 'c'].map((name) => lab.process(name))
  const line = fc.constantFrom(
    'hit\n',
    'miss\n',
    '\n',
    'a hit\r\n',
    `${'x'.repeat(40_000)}hit\n`,
    `${'y'.repeat(300_000)}\n`,
    '\0\xff hit\n',
  )
  const content = fc.tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', 'open', 'open hit'))
  await fc.assert(
    fc.asyncProperty(fc.tuple(content, content, content), async (contents) => {
      const texts = contents.map(([lines, rest]) => lines.join('') + rest)
      for (const [at, text] of texts.entries()) writeFileSync(processes[at]?.outPath ?? '', text, 'latin1')
      const found = await grep(lab, processes, {})
      expect(Math.max(0, ...found.partSizes)).toBeLessThanOrEqual(65_536)
      for (const [source, text] of texts.entries()) {
        const mine = found.segments.filter((segment) => segment.source === source)
        const expected = (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((candidate) => candidate.includes('hit'))
        expect(Buffer.concat(mine.map(({ bytes }) => bytes)).toString('latin1')).toBe(expected.join(''))
        for (const { offset, bytes } of mine) {
          expect(text.slice(offset, offset + bytes.length)).toBe(Buffer.from(bytes).toString('latin1'))
        }
      }
    }),
    { numRuns: 25 },
  )
}, 30_000)

test('places and times bound what is searched', async () => {
  await using lab = await LogLab.create()
  let clock = 1000
  const service = lab.service({ now: () => clock })
  service.watch({ id: 'a', ...lab.paths })
  for (const text of ['hit 1\n', 'hit 2\n', 'hit 3\n', 'hit 4\n']) {
    appendFileSync(lab.paths.outPath, text)
    service.info(lab.paths)
    clock += 1000
  }
  const lines = async (request: Partial<GrepRequest>) => (await grep(lab, [lab.paths], request)).lines
  expect(await lines({ from: [{ out: 6, err: 0 }], to: [{ out: 18, err: 0 }] })).toEqual(['hit 2', 'hit 3'])
  expect(await lines({ since: 2000, until: 4000 })).toEqual(['hit 2', 'hit 3'])
  expect(await lines({ since: 2000, from: [{ out: 12, err: 0 }] })).toEqual(['hit 3', 'hit 4'])
  expect(await lines({ from: [{ out: 24, err: 0 }] })).toEqual([])
  const refused = await lab.service().grep([lab.paths], { ...hits, to: [] }, never)
  expect(refused).toMatchObject({ ok: false, code: 'bad_input' })
})

test('the first hit of 1 GiB is given before 1 % is read, and the search can be cancelled', async () => {
  await using lab = await LogLab.create()
  const size = 1024 * mebibyte
  writeHugeLog(lab.paths.outPath, size, 700_000)
  const { grepper, progress, files } = countedGrepper()
  const abort = new AbortController()
  const found = expectValue(grepper.grep([lab.paths], hits, abort.signal))
  const first = await found.next()
  if (first.done) throw new Error('Nothing was found')
  expect(decodeLogPart(first.value)).toMatchObject([
    { kind: 'lines', offset: 700_001, bytes: new Uint8Array(Buffer.from('hit\n')) },
  ])
  const share = progress.bytesRead / size
  process.stdout.write(`The first hit came after ${(share * 100).toFixed(2)} % of the file was read.\n`)
  expect(share).toBeLessThan(0.01)

  const rest = found.next()
  await until(() => progress.bytesRead / size > 0.02, { what: 'the search to go on' })
  abort.abort()
  expect(await rest).toMatchObject({ done: true, value: { code: 'cancelled' } })
  const readAtEnd = progress.bytesRead
  expect(readAtEnd).toBeLessThan(size)
  expect(files.count).toBe(0)
  const headway = progress.headway
  await grep(lab, [lab.process('none')], {})
  expect(progress.headway).toBe(headway)
})

test('a reader that does not go on stops the search', async () => {
  await using lab = await LogLab.create()
  const line = `hit ${'x'.repeat(95)}\n`
  writeFileSync(lab.paths.outPath, line.repeat(300_000))
  const { grepper, progress } = countedGrepper()
  const found = expectValue(grepper.grep([lab.paths], hits, never))
  let bytes = 0
  for await (const part of found) {
    await until(() => progress.isWaiting, { what: 'the search to wait' })
    const searched = progress.bytesRead - bytes
    for (const segment of decodeLogPart(part)) bytes += segment.kind === 'lines' ? segment.bytes.length : 0
    // One block that was searched, and what was read of it again.
    expect(searched).toBeLessThan(bytes + 2 * mebibyte + 200_000)
    if (bytes > 3 * mebibyte) break
  }
  expect(progress.isWaiting).toBe(true)
})

test('long lines are searched in their first 1 MiB and given whole', async () => {
  await using lab = await LogLab.create()
  const filler = 'x'.repeat(mebibyte - 3)
  const within = `${filler}hit${filler}${filler}\n`
  writeFileSync(lab.paths.outPath, `${within}${filler}xhit\nhit\n`)
  expect((await grep(lab, [lab.paths], {})).text).toBe(`${within}hit\n`)
})

test('a line of 100 MB that matches passes in pieces', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'hit')
  truncateSync(lab.paths.outPath, 100_000_000)
  appendFileSync(lab.paths.outPath, '\nmiss\nhit\n')
  const found = expectValue(await lab.service().grep([lab.paths], hits, never))
  let bytes = 0
  for await (const part of found) {
    for (const segment of decodeLogPart(part)) bytes += segment.kind === 'lines' ? segment.bytes.length : 0
  }
  expect(bytes).toBe(100_000_001 + 4)
})

test('what was dropped is neither read nor found', async () => {
  await using lab = await LogLab.create()
  const end = 4_000_000_000
  writeFileSync(lab.paths.outPath, 'first hit\n')
  truncateSync(lab.paths.outPath, end)
  appendFileSync(lab.paths.outPath, 'last hit\n')
  const gap = { start: 10, end, reason: 'bound', time: 1000 } as const
  await new DroppedStore(droppedPathOf(lab.paths.indexOutPath)).update(() => [gap])
  const { grepper, progress } = countedGrepper()
  const any = { ...hits, query: '.', regex: true }
  const found = new LogCollector(async (signal) => grepper.grep([lab.paths], any, signal))
  await found.done
  expect(found.lines).toEqual(['first hit', 'last hit'])
  expect(found.segments.map(({ offset }) => offset)).toEqual([0, end])
  expect(progress.bytesRead).toBeLessThan(1000)
  const counted = expectValue(
    await lab.service().find(lab.paths, { streams: 'out', query: '.', regex: true, caseSensitive: true }, never),
  )
  expect(counted.hits.map(({ offset }) => offset)).toEqual([0, end])
  expect(counted.total).toBe(2)
})

test('what is dropped while it is searched is left out', async () => {
  await using lab = await LogLab.create()
  const line = `hit ${'x'.repeat(95)}\n`
  writeFileSync(lab.paths.outPath, line.repeat(2000))
  const { grepper, files } = countedGrepper()
  const found = expectValue(grepper.grep([lab.paths], hits, never))
  expect((await found.next()).done).toBe(false)
  const file = files.acquire(lab.paths.outPath, lab.paths.indexOutPath, 'read')
  expect(await file.drop({ start: 0, end: 150_000, reason: 'bound' })).toBe(true)
  const offsets: number[] = []
  for await (const part of found) {
    for (const segment of decodeLogPart(part))
      offsets.push(segment.offset, segment.offset + (segment.kind === 'lines' ? segment.bytes.length : 0))
  }
  files.release(file, 'read')
  expect([offsets[0], offsets.at(-1)]).toEqual([150_000, 200_000])
})

test('a bad expression is refused', async () => {
  await using lab = await LogLab.create()
  const refused = await lab.service().grep([lab.paths], { ...hits, query: '(a', regex: true }, never)
  expect(refused).toMatchObject({ ok: false, code: 'bad_input' })
})

const catastrophe = { ...hits, query: '(a+)+$|hit', regex: true }

test('an expression that makes no headway ends with the remedy; a slow reader does not count', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, `hit\n${'x\n'.repeat(2 * mebibyte)}${'a'.repeat(60)}b\n`)
  const limit = 500
  const { grepper, progress } = countedGrepper(limit)
  const found = expectValue(grepper.grep([lab.paths], catastrophe, never))
  expect((await found.next()).done).toBe(false)
  const begun = performance.now()
  await until(() => progress.isWaiting && performance.now() - begun > 2 * limit, { what: 'a slow reader' })
  const failed = await found.next()
  expect(failed).toMatchObject({ done: true, value: { ok: false, code: 'timeout' } })
  expect(JSON.stringify(failed.value)).toContain('simpler regular expression')
  expect(progress.isWaiting).toBe(false)
})

test('no more than eight searches run at once', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'hit\nhit\n')
  const service = lab.service()
  const open = async () => expectValue(await service.grep([lab.paths], hits, never))[Symbol.asyncIterator]()
  const streams = await Promise.all(Array.from({ length: 9 }, open))
  const first = await Promise.all(streams.map((stream) => stream.next()))
  expect(first.map(({ done }) => done)).toEqual([...Array<boolean>(8).fill(false), true])
  expect(first.at(-1)?.value).toMatchObject({ ok: false, code: 'failed' })
  for (const stream of streams) await stream.return?.()
  expect((await grep(lab, [lab.paths], {})).lines).toEqual(['hit', 'hit'])
})

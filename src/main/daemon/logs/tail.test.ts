import { readdirSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogCollector, LogLab } from '../../../../test/helpers/log-lab.ts'
import { isWatched, openFilesIn } from '../../../../test/helpers/own-descriptors.ts'
import { logSegmentOverhead } from '../../../shared/contract/log-part.ts'
import type { BeforeRequest } from './before.ts'
import type { TailRequest } from './tail.ts'

const everything: TailRequest = {
  streams: 'out',
  from: null,
  lines: null,
  follow: false,
  since: null,
  until: null,
}

async function tail(lab: LogLab, request: Partial<TailRequest>): Promise<LogCollector> {
  const whole: TailRequest = { ...everything, ...request }
  const collector = new LogCollector((signal) => lab.service().tail(lab.paths, whole, signal))
  await collector.done
  return collector
}

async function before(lab: LogLab, request: Partial<BeforeRequest>): Promise<LogCollector> {
  const whole: BeforeRequest = { streams: 'out', before: { out: 0, err: 0 }, maxBytes: 1000, ...request }
  const collector = new LogCollector((signal) => lab.service().before(lab.paths, whole, signal))
  await collector.done
  return collector
}

test('an absent log is an empty one', async () => {
  await using lab = await LogLab.create()
  expect((await tail(lab, { streams: 'both', lines: 10 })).segments).toEqual([])
  expect((await before(lab, { before: { out: 100, err: 100 } })).segments).toEqual([])
  const nothing = { start: 0, end: 0, onDiskBytes: 0 }
  expect(lab.service().info(lab.paths)).toMatchObject({ out: nothing, err: nothing })
})

test('bytes come through as they are, in parts of at most 64 KiB', async () => {
  await using lab = await LogLab.create()
  const content = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.constantFrom(
        Buffer.from('line\n'),
        Buffer.from('crlf\r\n'),
        Buffer.from('10 %\r20 %\r'),
        Buffer.alloc(70_000),
      ),
    ),
    { maxLength: 30 },
  )
  await fc.assert(
    fc.asyncProperty(content, fc.nat({ max: 500 }), async (pieces, from) => {
      const bytes = Buffer.concat(pieces)
      writeFileSync(lab.paths.outPath, bytes)
      const place = Math.min(from, bytes.length)
      const read = await tail(lab, { from: { out: place, err: 0 } })
      expect(read.bytes.equals(bytes.subarray(place))).toBe(true)
      expect(Math.max(0, ...read.partSizes)).toBeLessThanOrEqual(65_536)
      const unfinished = read.segments.filter((segment) => segment.bytes.at(-1) !== 10 && segment.bytes.length < 65_000)
      expect(unfinished.length).toBeLessThanOrEqual(1)
    }),
    { numRuns: 60 },
  )
})

test('the last lines of big files, of one stream and of both', async () => {
  await using lab = await LogLab.create()
  const lines = (word: string) => Array.from({ length: 200_000 }, (_, at) => `${word} ${at}\n`).join('')
  writeFileSync(lab.paths.outPath, lines('out'))
  writeFileSync(lab.paths.errPath, lines('err'))
  expect((await tail(lab, { lines: 2 })).lines).toEqual(['out 199998', 'out 199999'])
  expect((await tail(lab, { streams: 'err', lines: 1 })).lines).toEqual(['err 199999'])
  expect((await tail(lab, { streams: 'both', lines: 3 })).lines).toHaveLength(3)
  expect((await tail(lab, { streams: 'both', lines: 150_001 })).lines).toHaveLength(150_001)
  expect((await tail(lab, { streams: 'both' })).lines).toHaveLength(400_000)
})

test('a line of 100 MB passes in pieces without being held in memory', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'first\n')
  truncateSync(lab.paths.outPath, 100_000_000)
  const service = lab.service()
  const used = () => process.memoryUsage().arrayBuffers
  const atStart = used()
  let most = 0
  let bytes = 0
  const opened = await service.tail(lab.paths, everything, new AbortController().signal)
  if (!opened.ok) throw new Error(opened.message)
  for await (const part of opened.value) {
    bytes += part.length - logSegmentOverhead
    most = Math.max(most, used() - atStart)
  }
  expect(bytes).toBe(100_000_000)
  // What the collector of garbage has not taken yet is included.
  expect(most).toBeLessThan(90_000_000)
  const end = await tail(lab, { lines: 1 })
  expect(end.bytes.length).toBeLessThan(9_000_000)
})

test('a reader that stops early gives everything back', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'line\n'.repeat(100_000))
  const service = lab.service()
  const opened = await service.tail(
    lab.paths,
    { ...everything, streams: 'both', follow: true },
    new AbortController().signal,
  )
  if (!opened.ok) throw new Error(opened.message)
  for await (const part of opened.value) {
    expect(part.length).toBeGreaterThan(0)
    expect(openFilesIn(lab.folder)).not.toEqual([])
    break
  }
  expect(openFilesIn(lab.folder)).toEqual([])
  expect(isWatched(lab.paths.outPath)).toBe(false)
})

test('pages backwards over whole lines without a gap', async () => {
  await using lab = await LogLab.create()
  const text = Array.from({ length: 500 }, (_, at) => `${at} ${'x'.repeat(at % 70)}\n`).join('')
  writeFileSync(lab.paths.outPath, text)
  const pages: string[] = []
  let place = text.length
  while (place > 0) {
    const page = await before(lab, { before: { out: place, err: 0 }, maxBytes: 700 })
    expect(page.bytes.length).toBeLessThanOrEqual(700)
    expect(page.text.endsWith('\n')).toBe(true)
    pages.unshift(page.text)
    place = page.segments[0]?.offset ?? 0
  }
  expect(pages.join('')).toBe(text)
})

test('of a line longer than a page the end is given', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, `short\n${'x'.repeat(5000)}\n`)
  const page = await before(lab, { before: { out: 1e9, err: 0 } })
  expect(page.text).toBe(`${'x'.repeat(999)}\n`)
  expect(page.segments[0]?.offset).toBe(5007 - 1000)
})

test('pages of both streams are merged, each up to its own place', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'o1\no2\no3\n')
  writeFileSync(lab.paths.errPath, 'e1\ne2\ne3\n')
  const page = await before(lab, { streams: 'both', before: { out: 6, err: 3 } })
  expect([...page.lines].sort()).toEqual(['e1', 'o1', 'o2'])
})

test('reading leaves no trace of its own', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'line\n')
  await tail(lab, { streams: 'both' })
  expect(readdirSync(lab.folder)).toEqual([path.basename(lab.paths.outPath)])
})

test('sizes tell the length and what is really on disk', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'line\n')
  truncateSync(lab.paths.outPath, 100_000_000)
  const { out, err } = lab.service().info(lab.paths)
  expect([out.start, out.end, err.end]).toEqual([0, 100_000_000, 0])
  expect(out.onDiskBytes).toBeGreaterThan(0)
  expect(out.onDiskBytes).toBeLessThan(1_000_000)
})

test('a log that cannot be read is refused with the reason', async () => {
  await using lab = await LogLab.create()
  const paths = { ...lab.paths, outPath: path.join(lab.paths.errPath, 'below-a-file') }
  writeFileSync(lab.paths.errPath, '')
  const refused = await lab.service().tail(paths, everything, new AbortController().signal)
  expect(refused).toMatchObject({ ok: false, code: 'failed' })
})

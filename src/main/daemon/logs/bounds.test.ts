import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { expectValue, LogCollector, LogLab } from '../../../../test/helpers/log-lab.ts'
import { until } from '../../../../test/helpers/until.ts'
import type { LogGap } from '../../../shared/contract/log-part.ts'
import type { LogNotice, LogService } from './index.ts'
import type { TailRequest } from './tail.ts'

// Tens of megabytes, on a disk that others use as well.
vi.setConfig({ testTimeout: 30_000 })

const mebibyte = 1_048_576
const lineBytes = 256

/** Numbered lines of 256 bytes each, so that the offset of a line tells its number. */
function lines(from: number, count: number): Buffer {
  const block = Buffer.alloc(count * lineBytes, '.')
  for (let at = 0; at < count; at += 1) {
    block.write(String(from + at), at * lineBytes)
    block[(at + 1) * lineBytes - 1] = 10
  }
  return block
}

const linesPerMebibyte = mebibyte / lineBytes

class Writer {
  readonly file: string
  #next = 0

  constructor(file: string) {
    this.file = file
  }

  append(mebibytes: number): void {
    const count = mebibytes * linesPerMebibyte
    appendFileSync(this.file, lines(this.#next, count))
    this.#next += count
  }
}

const diskBytes = (file: string): number => statSync(file).blocks * 512

const everything: TailRequest = { streams: 'both', from: null, lines: null, follow: false, since: null, until: null }

async function read(lab: LogLab, service: LogService, request: Partial<TailRequest> = {}): Promise<LogCollector> {
  const collector = new LogCollector((signal) => service.tail(lab.paths, { ...everything, ...request }, signal))
  await collector.done
  return collector
}

const gapsIn = (collector: LogCollector): LogGap[] => collector.all.filter((segment) => segment.kind === 'gap')

/** Every line is there and right, from the first one on. */
function expectWholeLines(collector: LogCollector, end: number): void {
  let next = collector.segments[0]?.offset ?? end
  for (const segment of collector.segments) {
    expect(segment.offset).toBe(next)
    const count = segment.bytes.length / lineBytes
    expect(Buffer.compare(Buffer.from(segment.bytes), lines(next / lineBytes, count))).toBe(0)
    next += segment.bytes.length
  }
  expect(next).toBe(end)
}

const fileSystems = ['/tmp', '/dev/shm'].map((folder) => ({ folder, why: whyNoHoles(folder) }))

/** Null where `fallocate` can free blocks in this folder, else why not. */
function whyNoHoles(folder: string): string | null {
  const probe = mkdtempSync(path.join(folder, 'procession-probe-'))
  try {
    const file = path.join(probe, 'file')
    writeFileSync(file, Buffer.alloc(65_536, 1))
    execFileSync('fallocate', ['-p', '-o', '0', '-l', '65536', file], { stdio: 'ignore' })
    return readFileSync(file).every((byte) => byte === 0) ? null : 'nothing was freed'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmSync(probe, { recursive: true })
  }
}

describe.each(fileSystems)('on $folder', ({ folder, why }) => {
  test.skipIf(why !== null)(
    `keeps a log within its limit and says what went${why === null ? '' : `: ${why}`}`,
    async () => {
      await using lab = await LogLab.create(folder)
      const service = lab.service({ limits: () => ({ perProcessBytes: 16 * mebibyte, totalBytes: null }) })
      const out = new Writer(lab.paths.outPath)
      out.append(1)
      service.watch({ id: 'a', ...lab.paths })
      for (let round = 0; round < 10; round += 1) {
        out.append(4)
        await until(() => diskBytes(lab.paths.outPath) <= 16 * mebibyte, { what: 'the log within its limit' })
      }
      const end = 41 * mebibyte
      const whole = await read(lab, service, { streams: 'out' })
      const [gap] = gapsIn(whole)
      expect(gapsIn(whole)).toHaveLength(1)
      expect(whole.all[0]).toBe(gap)
      expect(gap).toMatchObject({ offset: 0, reason: 'bound', stream: 'out', source: 0 })
      expect(whole.segments[0]?.offset).toBe(gap?.end)
      expect(gap?.time).toBeGreaterThan(Date.now() - 60_000)
      expectWholeLines(whole, end)
      expect(service.info(lab.paths)).toMatchObject({
        out: { start: gap?.end, end },
        limitBytes: 16 * mebibyte,
        bounded: 'now',
      })

      // The same for a service that comes later, and from a place within what went.
      service.close()
      const later = lab.service()
      const from = await read(lab, later, { streams: 'out', from: { out: 512, err: 0 } })
      expect(gapsIn(from)).toEqual([{ ...gap, offset: 512 }])
      expectWholeLines(from, end)
      const last = await read(lab, later, { streams: 'out', lines: 10_000_000 })
      expectWholeLines(last, end)
    },
  )
})

const why = fileSystems[0]?.why ?? null
const onDisk = test.skipIf(why !== null)
if (why !== null) process.stderr.write(`Bounds of logs are not tested: ${why}\n`)

onDisk('stdout and stderr share the limit, and the larger one gives', async () => {
  await using lab = await LogLab.create()
  const service = lab.service({ limits: () => ({ perProcessBytes: 32 * mebibyte, totalBytes: null }) })
  const out = new Writer(lab.paths.outPath)
  const err = new Writer(lab.paths.errPath)
  err.append(6)
  service.watch({ id: 'a', ...lab.paths })
  const total = () => diskBytes(lab.paths.outPath) + diskBytes(lab.paths.errPath)
  for (let round = 0; round < 12; round += 1) {
    out.append(4)
    await until(() => total() <= 32 * mebibyte, { what: 'both within the limit' })
  }
  const { out: kept, err: untouched } = service.info(lab.paths)
  expect(untouched.start).toBe(0)
  expect(kept.start).toBeGreaterThan(0)
  expectWholeLines(await read(lab, service, { streams: 'err' }), 6 * mebibyte)
  expectWholeLines(await read(lab, service, { streams: 'out' }), 48 * mebibyte)
})

onDisk('in total the process with the largest logs gives first', async () => {
  await using lab = await LogLab.create()
  await using other = await LogLab.create()
  const service = lab.service({ limits: () => ({ perProcessBytes: null, totalBytes: 32 * mebibyte }) })
  const large = new Writer(lab.paths.outPath)
  const small = new Writer(other.paths.outPath)
  large.append(20)
  small.append(4)
  service.watch({ id: 'large', ...lab.paths })
  service.watch({ id: 'small', ...other.paths })
  const total = () => diskBytes(lab.paths.outPath) + diskBytes(other.paths.outPath)
  for (let round = 0; round < 4; round += 1) {
    small.append(3)
    await until(() => total() <= 32 * mebibyte, { what: 'all within the limit' })
  }
  expect(service.info(lab.paths).out.start).toBeGreaterThan(0)
  expect(service.info(other.paths).out.start).toBe(0)
})

onDisk('a follower that is slower than the limit gets a gap and no NULs', async () => {
  await using lab = await LogLab.create()
  const service = lab.service({ limits: () => ({ perProcessBytes: 16 * mebibyte, totalBytes: null }) })
  const out = new Writer(lab.paths.outPath)
  out.append(1)
  service.watch({ id: 'a', ...lab.paths })
  const stop = new AbortController()
  const parts = expectValue(await service.tail(lab.paths, { ...everything, follow: true }, stop.signal))
  const iterator = parts[Symbol.asyncIterator]()
  const taken: Uint8Array[] = []
  const first = await iterator.next()
  if (!first.done) taken.push(first.value)
  for (let round = 0; round < 10; round += 1) {
    out.append(4)
    await until(() => diskBytes(lab.paths.outPath) <= 16 * mebibyte, { what: 'the log within its limit' })
  }
  const rest = new LogCollector(async () => ({ ok: true, value: { [Symbol.asyncIterator]: () => iterator } }))
  await until(() => rest.place.out === 41 * mebibyte, { what: 'the end of the log' })
  stop.abort()
  await rest.done
  const [gap] = gapsIn(rest)
  expect(gapsIn(rest)).toHaveLength(1)
  if (gap === undefined) return
  const before = rest.segments.filter((segment) => segment.offset < gap.offset)
  const after = rest.segments.filter((segment) => segment.offset >= gap.end)
  expect(before.length + after.length).toBe(rest.segments.length)
  expect(before.at(-1) === undefined || (before.at(-1)?.offset ?? 0) + (before.at(-1)?.bytes.length ?? 0)).toBe(
    gap.offset,
  )
  expect(after[0]?.offset).toBe(gap.end)
  for (const segment of rest.segments) expect(Buffer.from(segment.bytes).includes(0)).toBe(false)
})

onDisk('NULs that a program wrote are kept', async () => {
  await using lab = await LogLab.create()
  const service = lab.service({ limits: () => ({ perProcessBytes: 16 * mebibyte, totalBytes: null }) })
  const line = Buffer.alloc(lineBytes)
  line[lineBytes - 1] = 10
  const block = Buffer.concat(Array.from({ length: linesPerMebibyte }, () => line))
  writeFileSync(lab.paths.outPath, '')
  service.watch({ id: 'a', ...lab.paths })
  for (let at = 0; at < 24; at += 1) appendFileSync(lab.paths.outPath, block)
  await until(() => diskBytes(lab.paths.outPath) <= 16 * mebibyte, { what: 'the log within its limit' })
  const whole = await read(lab, service, { streams: 'out' })
  const start = gapsIn(whole)[0]?.end ?? 0
  expect(start % lineBytes).toBe(0)
  expect(whole.segments[0]?.offset).toBe(start)
  expect(whole.bytes.length).toBe(24 * mebibyte - start)
})

onDisk('a line without an end is cut, and what is shorter than a step stays', async () => {
  await using lab = await LogLab.create()
  const service = lab.service({ limits: () => ({ perProcessBytes: 8 * mebibyte, totalBytes: null }) })
  writeFileSync(lab.paths.outPath, Buffer.alloc(20 * mebibyte, 'x'))
  service.watch({ id: 'a', ...lab.paths })
  await until(() => diskBytes(lab.paths.outPath) <= 8 * mebibyte, { what: 'the log within its limit' })
  const whole = await read(lab, service, { streams: 'out' })
  expect(whole.bytes.length).toBe(20 * mebibyte - (gapsIn(whole)[0]?.end ?? 0))
  expect(whole.bytes.every((byte) => byte === 120)).toBe(true)
  const tiny = lab.service({ limits: () => ({ perProcessBytes: 1, totalBytes: 1 }) })
  writeFileSync(lab.paths.errPath, lines(0, 100))
  tiny.watch({ id: 'b', ...lab.paths })
  expectWholeLines(await read(lab, tiny, { streams: 'err' }), 100 * lineBytes)
})

onDisk('what a host dropped is a gap in the middle', async () => {
  await using lab = await LogLab.create()
  const service = lab.service({ now: () => 5000 })
  writeFileSync(lab.paths.outPath, 'one\ntwo')
  service.watch({ id: 'a', ...lab.paths })
  const live = new LogCollector((signal) => service.tail(lab.paths, { ...everything, follow: true }, signal))
  expect(await service.skipped(lab.paths, 'out', { start: 7, end: 1000 })).toBe(true)
  truncateSync(lab.paths.outPath, 1000)
  appendFileSync(lab.paths.outPath, 'three\n')
  await until(() => live.place.out === 1006, { what: 'what came after the gap' })
  await live.stop()
  const { all, text } = await read(lab, service)
  expect(text).toBe('one\ntwothree\n')
  for (const segments of [all, live.all]) {
    expect(segments.filter((segment) => segment.kind === 'gap')).toEqual([
      { kind: 'gap', source: 0, stream: 'out', offset: 7, end: 1000, time: 5000, reason: 'host' },
    ])
  }
  service.close()
  expect((await read(lab, lab.service())).text).toBe('one\ntwothree\n')
})

describe('where nothing can be freed', () => {
  function fakeFallocate(lab: LogLab): string {
    const command = path.join(lab.folder, 'fallocate')
    writeFileSync(command, '#!/bin/sh\nexit 1\n')
    chmodSync(command, 0o755)
    return command
  }

  test.each(['a program that fails', 'no program'])('the limit applies at the next start (%s)', async (kind) => {
    await using lab = await LogLab.create()
    const notices: LogNotice[] = []
    const service = lab.service({
      limits: () => ({ perProcessBytes: 16 * mebibyte, totalBytes: null }),
      fallocate: kind === 'no program' ? path.join(lab.folder, 'none') : fakeFallocate(lab),
      onNotice: (notice) => notices.push(notice),
    })
    const out = new Writer(lab.paths.outPath)
    out.append(20)
    service.watch({ id: 'a', ...lab.paths })
    await until(() => notices.length > 0, { what: 'the notice' })
    expect(notices).toEqual([{ kind: 'next-start', id: 'a' }])
    expect(service.info(lab.paths).bounded).toBe('next-start')
    expectWholeLines(await read(lab, service, { streams: 'out' }), 20 * mebibyte)

    // Somebody writes still: nothing may be lost.
    const descriptor = openSync(lab.paths.outPath, 'a')
    await service.beforeStart(lab.paths)
    expect(diskBytes(lab.paths.outPath)).toBeGreaterThanOrEqual(20 * mebibyte)
    closeSync(descriptor)

    chmodSync(lab.paths.outPath, 0o640)
    const live = new LogCollector((signal) => service.tail(lab.paths, { ...everything, follow: true }, signal))
    await until(() => live.place.out === 20 * mebibyte, { what: 'the follower' })
    await service.beforeStart(lab.paths)
    expect(diskBytes(lab.paths.outPath)).toBeLessThanOrEqual(16 * mebibyte)
    const stats = statSync(lab.paths.outPath)
    expect([stats.size, stats.mode & 0o777]).toEqual([20 * mebibyte, 0o640])
    const whole = await read(lab, service, { streams: 'out' })
    expect(gapsIn(whole)).toMatchObject([{ offset: 0, end: whole.segments[0]?.offset, reason: 'bound' }])
    expectWholeLines(whole, 20 * mebibyte)

    // Who follows goes on in the new file.
    out.append(1)
    await until(() => live.place.out === 21 * mebibyte, { what: 'the follower in the new file' })
    await live.stop()
    expectWholeLines(live, 21 * mebibyte)
    expect(
      readFileSync(lab.paths.outPath)
        .subarray(0, mebibyte)
        .every((byte) => byte === 0),
    ).toBe(true)
  })
})

const mounted = mountable()

/** A small file system of its own; null where we may not make one. */
function mountable(): string | null {
  const folder = mkdtempSync('/tmp/procession-mount-')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return folder
  } catch {
    return null
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (mounted === null) process.stderr.write('Full disks are not tested: no file system can be mounted here\n')

describe.skipIf(mounted === null || why !== null)('a disk of its own', () => {
  function mountedFolder(mebibytes: number): string {
    const folder = mkdtempSync('/tmp/procession-mount-')
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder])
    onTestFinished(() => {
      execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true })
    })
    return folder
  }

  test('logs that fill it lose their start before it is full', async () => {
    const folder = mountedFolder(32)
    await using lab = await LogLab.create(folder)
    const notices: LogNotice[] = []
    const service = lab.service({ onNotice: (notice) => notices.push(notice) })
    const out = new Writer(lab.paths.outPath)
    out.append(1)
    service.watch({ id: 'a', ...lab.paths })
    for (let written = 1; written < 60; written += 0.125) {
      out.append(0.125)
      const free = () => 32 * mebibyte - diskBytes(lab.paths.outPath)
      await until(() => free() > mebibyte / 4, { what: 'free space' })
    }
    expectWholeLines(await read(lab, service, { streams: 'out' }), 60 * mebibyte)
    expect(notices).toEqual([])
  })

  test('a full one is told, what was written stays readable, and the end is told as well', async () => {
    const folder = mountedFolder(8)
    await using lab = await LogLab.create(folder)
    const notices: LogNotice[] = []
    let clock = 1000
    const service = lab.service({ now: () => clock, onNotice: (notice) => notices.push(notice) })
    const out = new Writer(lab.paths.outPath)
    out.append(1)
    service.watch({ id: 'a', ...lab.paths })
    const filler = path.join(folder, 'filler')
    clock = 2000
    expect(() => writeFileSync(filler, Buffer.alloc(16 * mebibyte))).toThrow('ENOSPC')
    expect(() => appendFileSync(lab.paths.outPath, lines(linesPerMebibyte, 100))).toThrow('ENOSPC')
    await until(() => notices.length === 1, { what: 'the full disk', timeoutMs: 30_000 })
    expect(notices).toEqual([{ kind: 'disk-full', ids: ['a'], folder: lab.folder, from: 2000, to: null }])
    expectWholeLines(await read(lab, service, { streams: 'out' }), mebibyte)
    clock = 3000
    rmSync(filler)
    await until(() => notices.length === 2, { what: 'the end of it' })
    expect(service.fullIntervals()).toEqual([{ folder: lab.folder, from: 2000, to: 3000 }])
    out.append(1)
    await until(() => service.info(lab.paths).out.end === 2 * mebibyte, { what: 'what came since' })
    expectWholeLines(await read(lab, service, { streams: 'out' }), 2 * mebibyte)
  })
})

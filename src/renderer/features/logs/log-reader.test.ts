import { describe, expect, test, vi } from 'vitest'
import type { BytesReader } from '../../../shared/client/client.ts'
import type { InputOf } from '../../../shared/contract/contract.ts'
import { encodeLogPart, type LogSegment } from '../../../shared/contract/log-part.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { linesPerArena } from './arena.ts'
import { windowLimits } from './log-lines.ts'
import { LogReader } from './log-reader.ts'
import type { LogClient } from './log-source.ts'

const text = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${String(from + index).padStart(6, '0')}\n`).join('')
const lineBytes = 12

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 1 })

type TailInput = InputOf<'logs.tail'>
type BeforeInput = InputOf<'logs.before'>
type PlaceInput = InputOf<'logs.place'>

/** A log of numbered stdout lines, each written a millisecond after the one before, as the daemon gives it. */
class FakeLog {
  readonly asked: string[] = []
  /** Bytes from the start that were dropped. */
  dropped = 0
  /** The next streams fail so often. */
  failures = 0
  private total: number
  private grown: (() => void) | null = null

  constructor(total: number) {
    this.total = total
  }

  grow(count: number): void {
    this.total += count
    this.grown?.()
  }

  /** The file was replaced by one with so many lines. */
  replace(count: number): void {
    this.total = count
    this.replaced = true
    this.grown?.()
  }

  private replaced = false

  readonly bytes: LogClient['bytes'] = async (method, input, reader) => {
    this.asked.push(method)
    if (this.failures > 0) {
      this.failures -= 1
      return failure('failed', 'The disk is gone.')
    }
    return method === 'logs.tail'
      ? this.tail(input as TailInput, reader as unknown as BytesReader<TailInput>)
      : this.before(input as BeforeInput, reader as unknown as BytesReader<BeforeInput>)
  }

  readonly call = (async (method: string, input: unknown) => {
    if (method !== 'logs.place') return failure('unsupported', method)
    const { at } = input as PlaceInput
    const line = at === null ? this.total : Math.min(this.total, Math.max(0, Math.ceil(at) - 1))
    return success({ out: line * lineBytes, err: 0 })
  }) as LogClient['call']

  private async tail(input: TailInput, { signal, onPart }: BytesReader<TailInput>): Promise<Result<void>> {
    let at = input.from === null ? Math.max(0, this.total - (input.lines ?? this.total)) : input.from.out / lineBytes
    while (!signal.aborted) {
      if (this.replaced) {
        this.replaced = false
        at = 0
      }
      if (at < this.total) {
        const to = Math.min(this.total, at + 1000)
        await onPart(this.part(at, to))
        at = to
      } else if (input.follow) {
        await new Promise<void>((resolve) => {
          this.grown = resolve
          signal.addEventListener('abort', () => resolve())
        })
      } else return success(undefined)
    }
    return failure('cancelled', '')
  }

  private async before(input: BeforeInput, { onPart }: BytesReader<BeforeInput>): Promise<Result<void>> {
    const to = Math.min(this.total, input.before.out / lineBytes)
    const kept = this.dropped / lineBytes
    const from = Math.max(kept, to - Math.floor(input.maxBytes / lineBytes))
    if (from === kept && kept > 0 && input.before.out > 0) await onPart(encodeLogPart([this.gap()]))
    if (from < to) await onPart(this.part(from, to))
    return success(undefined)
  }

  private gap(): LogSegment {
    return { kind: 'gap', source: 0, stream: 'out', offset: 0, end: this.dropped, time: 1, reason: 'bound' }
  }

  private part(from: number, to: number): Uint8Array {
    const bytes = new TextEncoder().encode(text(from, to))
    return encodeLogPart([{ kind: 'lines', source: 0, stream: 'out', offset: from * lineBytes, time: from + 1, bytes }])
  }
}

const reader = (log: FakeLog, streams: 'both' | 'out' = 'both') =>
  new LogReader({ client: log, ids: ['a'], streams, drawn: () => Promise.resolve() })
const first = (of: LogReader) => of.lines.text(0)
const last = (of: LogReader) => of.lines.text(of.lines.count - 1)
const hitAt = (line: number) => ({ file: 0, offset: line * lineBytes })

describe('reading a log', () => {
  test('a log that ended is read to its end', async () => {
    const log = reader(new FakeLog(3000))
    log.open(false)
    await until(() => log.state().complete)
    expect([first(log), last(log)]).toEqual(['line 001000', 'line 002999'])
  })

  test('an empty log is complete and empty', async () => {
    const log = reader(new FakeLog(0))
    log.open(false)
    await until(() => log.state().complete)
    expect(log.lines.count).toBe(0)
  })

  test('a log that grows is followed', async () => {
    const file = new FakeLog(10)
    const log = reader(file)
    log.open(true)
    await until(() => log.lines.count === 10)
    file.grow(5)
    await until(() => last(log) === 'line 000014')
    log.close()
  })

  test('older lines come in front until the start is reached', async () => {
    const log = reader(new FakeLog(5000))
    log.open(false)
    await until(() => log.state().complete)
    await log.loadOlder()
    expect(first(log)).toBe('line 000000')
    await log.loadOlder()
    expect(log.state().atStart).toBe(true)
    expect(log.lines.count).toBe(5000)
  })

  test('what comes while somebody reads is counted, and the stream waits after too much', async () => {
    const file = new FakeLog(10)
    const log = reader(file)
    log.open(true)
    await until(() => log.lines.count === 10)
    log.setReading(true)
    file.grow(1204)
    await until(() => log.state().unseen === 1204)
    file.grow(300_000)
    await until(() => log.state().held)
    expect(log.state().unseen).toBeLessThan(202_000)
    log.toEnd()
    await until(() => last(log) === 'line 301213')
    expect(log.lines.count).toBe(2000)
    expect(log.state()).toMatchObject({ unseen: 0, held: false, live: true })
    log.close()
  })

  test('a process that begins anew is followed on', async () => {
    const file = new FakeLog(10)
    const log = reader(file)
    log.open(false)
    await until(() => log.state().complete)
    file.grow(3)
    log.followOn()
    await until(() => log.lines.count === 13)
    expect(last(log)).toBe('line 000012')
    log.close()
  })
})

describe('reaching a place', () => {
  test('a hit further up is read back to', async () => {
    const log = reader(new FakeLog(300_000))
    log.open(false)
    await until(() => log.state().complete)
    expect(await log.reach(hitAt(1000))).toMatchObject({ ok: true })
    const index = log.lines.indexFrom(0, 1000 * lineBytes)
    expect(log.lines.text(index)).toBe('line 001000')
    expect(last(log)).toBe('line 299999')
    expect(log.state().live).toBe(true)
  })

  test.each(['both', 'out'] as const)('a hit very far up gets lines around it (%s)', async (streams) => {
    const log = reader(new FakeLog(4_000_000), streams)
    log.open(false)
    await until(() => log.state().complete)
    await log.reach(hitAt(500_000))
    const index = log.lines.indexFrom(0, 500_000 * lineBytes)
    expect(log.lines.text(index)).toBe('line 500000')
    expect(index).toBeGreaterThan(1000)
    expect(log.lines.count).toBeGreaterThan(index + 1000)
    expect(log.lines.count).toBeLessThan(100_000)
    expect(log.state().live).toBe(false)
  })

  test('from a place in the middle every line can be reached, down to the end, which is followed again', async () => {
    const file = new FakeLog(600_000)
    const log = reader(file)
    log.open(true)
    await until(() => log.lines.count > 0)
    await log.reach(hitAt(10))
    const held = log.lines.count
    await log.loadNewer()
    expect(log.lines.count).toBeGreaterThan(held)
    while (!log.state().live) await log.loadNewer()
    await until(() => last(log) === 'line 599999')
    file.grow(1)
    await until(() => last(log) === 'line 600000')
    expect(first(log)).toBe('line 000000')
    log.close()
  })

  test.each([
    [300_000, true],
    [2_000_000, false],
  ])('the start of %i lines is reached; only what is near is read back to', async (count, live) => {
    const log = reader(new FakeLog(count))
    log.open(false)
    await until(() => log.state().complete)
    expect(await log.toStart()).toMatchObject({ ok: true })
    expect(first(log)).toBe('line 000000')
    expect(log.state().live).toBe(live)
    expect(await log.toStart()).toMatchObject({ ok: true })
    expect(first(log)).toBe('line 000000')
  })

  test('a moment leads to the first line that was written then or later', async () => {
    const log = reader(new FakeLog(2_000_000))
    log.open(false)
    await until(() => log.state().complete)
    const index = await log.reachTime(700_001)
    expect(index.ok && log.lines.text(index.value)).toBe('line 700000')
    const late = await log.reachTime(9_000_000)
    expect(late.ok && late.value).toBe(log.lines.count)
  })
})

describe('a window that is full', () => {
  const limits = { ...windowLimits, maxLines: 3 * linesPerArena }
  const small = (log: FakeLog) =>
    new LogReader({ client: log, ids: ['a'], streams: 'out', drawn: () => Promise.resolve(), limits })

  test('has every line within reach, upwards and down again', async () => {
    const log = small(new FakeLog(40_000))
    log.open(false)
    await until(() => log.state().complete)
    while ((await log.loadOlder()) > 0) expect(log.lines.count).toBeLessThan(6 * linesPerArena)
    expect(first(log)).toBe('line 000000')
    expect(log.state().live).toBe(false)
    log.setReading(true)
    while (!log.state().live) await log.loadNewer()
    expect(last(log)).toBe('line 039999')
    expect(log.lines.count).toBeLessThan(40_000)
    expect(log.state().atStart).toBe(false)
    log.close()
  })
})

describe('what can go wrong', () => {
  test('bytes that were dropped are the start of the log', async () => {
    const file = new FakeLog(5000)
    file.dropped = 1000 * lineBytes
    const log = reader(file)
    log.open(false)
    await until(() => log.state().complete)
    await log.loadOlder()
    await log.loadOlder()
    expect(first(log)).toBe('line 001000')
    expect(log.lines.gaps).toMatchObject([{ offset: 0, end: 1000 * lineBytes }])
    expect(log.state().atStart).toBe(true)
  })

  test('a failure is told, and another try goes on', async () => {
    const file = new FakeLog(100)
    file.failures = 1
    const log = reader(file)
    log.open(false)
    await until(() => log.state().phase === 'failed')
    expect(log.state().failure?.message).toBe('The disk is gone.')
    log.retry()
    await until(() => log.state().complete)
    expect(log.state().failure).toBeNull()
    expect(log.lines.count).toBe(100)
  })

  test('a file that began anew is shown anew', async () => {
    const file = new FakeLog(100)
    const log = reader(file)
    log.open(true)
    await until(() => log.lines.count === 100)
    file.replace(3)
    await until(() => log.lines.count === 3)
    expect([first(log), last(log)]).toEqual(['line 000000', 'line 000002'])
    log.close()
  })
})

import { describe, expect, test, vi } from 'vitest'
import type { BytesReader } from '../../../shared/client/client.ts'
import type { InputOf } from '../../../shared/contract/contract.ts'
import { encodeLogPart } from '../../../shared/contract/log-part.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { LogReader, type LogReaderOptions } from './log-reader.ts'

const text = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${String(from + index).padStart(6, '0')}\n`).join('')
const lineBytes = 12

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 1 })

type TailInput = InputOf<'logs.tail'>
type BeforeInput = InputOf<'logs.before'>

/** A log of numbered stdout lines that can be read as the daemon gives it, and grown while it is followed. */
class FakeLog {
  readonly asked: string[] = []
  private total: number
  private grown: (() => void) | null = null

  constructor(total: number) {
    this.total = total
  }

  grow(count: number): void {
    this.total += count
    this.grown?.()
  }

  readonly bytes: LogReaderOptions['client']['bytes'] = async (method, input, reader) => {
    this.asked.push(method)
    return method === 'logs.tail'
      ? this.tail(input as TailInput, reader as unknown as BytesReader<TailInput>)
      : this.before(input as BeforeInput, reader as unknown as BytesReader<BeforeInput>)
  }

  private async tail(input: TailInput, { signal, onPart }: BytesReader<TailInput>): Promise<Result<void>> {
    let at = input.from === null ? Math.max(0, this.total - (input.lines ?? this.total)) : input.from.out / lineBytes
    while (!signal.aborted) {
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
    const from = Math.max(0, to - Math.floor(input.maxBytes / lineBytes))
    if (from < to) await onPart(this.part(from, to))
    return success(undefined)
  }

  private part(from: number, to: number): Uint8Array {
    const bytes = new TextEncoder().encode(text(from, to))
    return encodeLogPart([{ stream: 'out', offset: from * lineBytes, time: from + 1, bytes }])
  }
}

const reader = (log: FakeLog, streams: 'both' | 'out' = 'both') =>
  new LogReader({ client: { bytes: log.bytes }, id: 'a', streams, drawn: () => Promise.resolve() })
const first = (of: LogReader) => of.lines.text(0)
const last = (of: LogReader) => of.lines.text(of.lines.count - 1)
const hitAt = (line: number) => ({ stream: 'out', offset: line * lineBytes, length: lineBytes - 1 }) as const

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

describe('reaching a hit', () => {
  test('one further up is read back to', async () => {
    const log = reader(new FakeLog(500_000))
    log.open(false)
    await until(() => log.state().complete)
    expect(await log.reach(hitAt(1000))).toBe('here')
    const index = log.lines.indexFrom('out', 1000 * lineBytes)
    expect(log.lines.text(index)).toBe('line 001000')
    expect(last(log)).toBe('line 499999')
  })

  test('one very far up needs its stream alone, and then has lines around it', async () => {
    const file = new FakeLog(4_000_000)
    const merged = reader(file)
    merged.open(false)
    await until(() => merged.state().complete)
    expect(await merged.reach(hitAt(5))).toBe('far')

    const log = reader(file, 'out')
    log.open(false)
    await until(() => log.state().complete)
    expect(await log.reach(hitAt(50_000))).toBe('here')
    const index = log.lines.indexFrom('out', 50_000 * lineBytes)
    expect(log.lines.text(index)).toBe('line 050000')
    await until(() => log.lines.count > index + 1000)
    log.close()
  })
})

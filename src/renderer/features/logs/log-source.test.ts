import { describe, expect, test } from 'vitest'
import type { BytesReader } from '../../../shared/client/client.ts'
import { encodeLogPart, type LogSegment } from '../../../shared/contract/log-part.ts'
import { type Failure, failure, success } from '../../../shared/domain/result.ts'
import { type LogClient, LogSource } from './log-source.ts'
import { mergeByTime, olderOnly } from './older-only.ts'
import { saveLog } from './save-log.ts'
import type { SaveTarget } from './save-target.ts'

const lines = (source: number, offset: number, time: number, text: string): LogSegment => ({
  kind: 'lines',
  source,
  stream: 'out',
  offset,
  time,
  bytes: new TextEncoder().encode(text),
})
const gap = (offset: number, end: number): LogSegment => ({
  kind: 'gap',
  source: 0,
  stream: 'out',
  offset,
  end,
  time: 1,
  reason: 'bound',
})
const textOf = (segments: readonly LogSegment[]) =>
  segments
    .map((one) => (one.kind === 'lines' ? new TextDecoder().decode(one.bytes) : `<${one.end - one.offset}>`))
    .join('')

/** Answers every stream with these segments, one part each, and remembers what it was asked. */
function clientOf(segments: readonly LogSegment[], ends = { out: 1000, err: 50 }) {
  const asked: { readonly method: string; readonly input: unknown }[] = []
  const bytes = async (method: string, input: unknown, reader: BytesReader<unknown>) => {
    asked.push({ method, input })
    for (const segment of segments) {
      if (reader.signal.aborted) return failure('cancelled', '')
      await reader.onPart(encodeLogPart([segment]))
    }
    return reader.signal.aborted ? failure('cancelled', '') : success(undefined)
  }
  const call = async () => success(ends)
  return { asked, client: { bytes, call } as unknown as LogClient }
}

describe('a part of a log', () => {
  test('is cut at both borders, and nothing behind it is read', async () => {
    const { client, asked } = clientOf([
      lines(0, 10, 1, 'aaa\n'),
      lines(0, 14, 2, 'bbb\nccc\n'),
      lines(0, 22, 3, 'ddd\n'),
    ])
    const got: LogSegment[] = []
    const read = await new LogSource(client, ['a'], 'both').between(
      { from: [10, 0], to: [18, 0] },
      { signal: new AbortController().signal, onSegments: (segments) => void got.push(...segments) },
    )
    expect(read.ok).toBe(true)
    expect(textOf(got)).toBe('aaa\nbbb\n')
    // Of stderr nothing is wanted: it is read from its end on.
    expect(asked).toMatchObject([{ method: 'logs.tail', input: { from: { out: 10, err: 50 } } }])
  })

  test('that is cancelled says so', async () => {
    const { client } = clientOf([lines(0, 0, 1, 'aaa\n'), lines(0, 4, 1, 'bbb\n')])
    const stop = new AbortController()
    const read = await new LogSource(client, ['a'], 'out').between(
      { from: [0, 0], to: [8, 0] },
      { signal: stop.signal, onSegments: () => stop.abort() },
    )
    expect(read).toMatchObject({ ok: false, code: 'cancelled' })
  })
})

test('several processes are merged by the daemon, and further up by time here', async () => {
  const { client, asked } = clientOf([])
  const source = new LogSource(client, ['a', 'b'], 'out')
  const reader = { signal: new AbortController().signal, onSegments: () => {}, resume: () => [] }
  await source.tail({ from: null, lines: 10, follow: false }, reader)
  expect(asked[0]).toMatchObject({ method: 'logs.merge', input: { targets: [{ id: 'a' }, { id: 'b' }], lines: 10 } })
  const merged = mergeByTime([
    [lines(0, 0, 1, 'a1\n'), lines(0, 3, 5, 'a2\n')],
    [lines(1, 0, 2, 'b1\n'), lines(1, 3, 5, 'b2\n')],
  ])
  expect(textOf(merged)).toBe('a1\nb1\na2\nb2\n')
})

test('older lines wait for a file that was read only in part', () => {
  const segments = [lines(1, 0, 1, 'b1\n'), lines(0, 30, 4, 'a1\n'), lines(1, 3, 5, 'b2\n'), lines(0, 33, 6, 'a2\n')]
  expect(textOf(olderOnly(segments, () => 100))).toBe('a1\nb2\na2\n')
  expect(textOf(olderOnly(segments, (file) => (file === 0 ? 33 : 100)))).toBe('a1\nb2\n')
})

describe('saving', () => {
  function targetOf(fails: Failure | null = null) {
    const written: Uint8Array[] = []
    const seen = { state: 'open' }
    const target: SaveTarget = {
      write: async (bytes) => {
        if (fails !== null) return fails
        written.push(bytes)
        return success(undefined)
      },
      finish: async () => {
        seen.state = 'finished'
        return success(undefined)
      },
      discard: async () => {
        seen.state = 'discarded'
      },
    }
    return { target, seen, text: () => written.map((bytes) => new TextDecoder().decode(bytes)).join('') }
  }
  const request = (client: LogClient, to: readonly number[], names: readonly string[] | null = null) => ({
    source: new LogSource(client, names ?? ['a'], 'out'),
    range: { from: to.map(() => 0), to },
    names,
    signal: new AbortController().signal,
    onProgress: () => {},
  })

  test('writes what the program wrote and says what was missing', async () => {
    const { client } = clientOf([gap(0, 10), lines(0, 10, 1, '\u001b[31mred\r\n')])
    const { target, seen, text } = targetOf()
    const saved = await saveLog(target, request(client, [20, 0]))
    expect(saved).toEqual(success({ bytes: 10, droppedBytes: 10 }))
    expect([text(), seen.state]).toEqual(['\u001b[31mred\r\n', 'finished'])
  })

  test('lines of several processes have their names, and one that another cuts goes on with its own', async () => {
    const { client } = clientOf([lines(0, 0, 1, 'on'), lines(1, 0, 2, 'x\ny\n'), lines(0, 2, 3, 'e\n')])
    const { target, text } = targetOf()
    await saveLog(target, request(client, [4, 0, 4, 0], ['tws', 'trader']))
    expect(text()).toBe('tws | on\ntrader | x\ntrader | y\ntws | e\n')
  })

  test('a disk that is full leaves no file', async () => {
    const { client } = clientOf([lines(0, 0, 1, 'a\n'), lines(0, 2, 1, 'b\n')])
    const { target, seen } = targetOf(failure('failed', 'No space left.'))
    expect(await saveLog(target, request(client, [4, 0]))).toMatchObject({ ok: false, message: 'No space left.' })
    expect(seen.state).toBe('discarded')
  })
})

import { describe, expect, test } from 'vitest'
import { cliSchema } from '../../../../test/helpers/cli-schema.ts'
import { type ByteStreams, runFake } from '../../../../test/helpers/fake-cli.ts'
import { processDetail, processRow, rowStart, sessionRow } from '../../../../test/helpers/rows.ts'
import { encodeLogPart, type LogGap, type LogLines, type LogSegment } from '../../../shared/contract/log-part.ts'
import { failure, success } from '../../../shared/domain/result.ts'

/** What the fake command line takes for now. */
const now = rowStart + 61_000

const lines = (text: string | Uint8Array, more: Partial<LogLines> = {}): LogLines => ({
  kind: 'lines',
  source: 0,
  stream: 'out',
  offset: 0,
  time: rowStart,
  bytes: typeof text === 'string' ? Buffer.from(text) : text,
  ...more,
})
const gap: LogGap = {
  kind: 'gap',
  source: 0,
  stream: 'out',
  offset: 4096,
  end: 4096 + 12_400_000,
  time: new Date(2026, 0, 2, 10, 2).getTime(),
  reason: 'bound',
}
const gapText = /^--- 12 MB dropped before .*10:02 to keep the log within its limit ---$/m

const rows = [processRow({ id: 'a', alias: 'web', name: 'n-a' }), processRow({ id: 'b', alias: null, name: 'worker' })]
const show = ({ ref }: { ref: string }) => {
  const row = rows.find(({ alias, name }) => alias === ref || name === ref)
  return row === undefined ? failure('not_found', `No process ${ref}`) : success(processDetail(row))
}
const answers = {
  'process.show': show,
  'rows.list': () => success({ sessions: [sessionRow()], processes: rows, dependences: [], hosts: [] }),
  'logs.place': ({ target }: { target: { id: string } }) => success({ out: target.id === 'a' ? 100 : 200, err: 7 }),
}

const parts =
  (...segments: readonly LogSegment[][]) =>
  () =>
    segments.map((list) => encodeLogPart(list))

const logs = (argv: readonly string[], streams: ByteStreams, more: Parameters<typeof runFake>[1] = {}) =>
  runFake(['session', 'logs', ...argv], { answers, streams, ...more })

const streamCall = (calls: readonly { readonly method: string; readonly input: unknown }[]) =>
  calls.find(({ method }) => ['logs.tail', 'logs.merge', 'logs.grep'].includes(method))

describe('one process', () => {
  test('every byte goes into a pipe as it was written', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
    const { code, stderr, calls, stdout } = await logs(['web'], { 'logs.tail': parts([lines(bytes.subarray(0, 128))]) })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(String(Buffer.from(bytes.subarray(0, 128))))
    expect(streamCall(calls)).toEqual({
      method: 'logs.tail',
      input: { target: { id: 'a' }, streams: 'out', from: null, lines: null, follow: false, since: null, until: null },
    })
  })

  test('times and streams are asked for', async () => {
    const argv = ['web', '--err', '-n', '5', '--since', '10m', '--until', '@1767323040']
    const { calls } = await logs(argv, { 'logs.tail': parts() })
    expect(streamCall(calls)?.input).toMatchObject({
      streams: 'err',
      lines: 5,
      since: now - 600_000,
      until: 1_767_323_040_000,
    })
  })

  test('a terminal gets colours and nothing else that steers it; --raw gets all', async () => {
    const streams = { 'logs.tail': parts([lines('\x1b[31mred\x1b[0m\x1b[2J\u202e\n')]) }
    expect((await logs(['web'], streams, { isTerminal: true })).stdout).toBe('\x1b[31mred\x1b[0m\\u202e\n')
    const raw = await logs(['web', '--raw'], streams, { isTerminal: true })
    expect(raw.stdout).toBe('\x1b[31mred\x1b[0m\x1b[2J\u202e\n')
  })

  test('a gap is told on standard error beside a pipe, and in its place on a terminal', async () => {
    const streams = { 'logs.tail': parts([lines('half'), gap, lines('rest\n', { offset: gap.end })]) }
    const piped = await logs(['web'], streams)
    expect(piped.stdout).toBe('halfrest\n')
    expect(piped.stderr).toMatch(gapText)
    const shown = await logs(['web'], streams, { isTerminal: true, environment: { NO_COLOR: '1' } })
    expect(shown.stdout.split('\n')).toEqual(['half', expect.stringMatching(gapText), 'rest', ''])
    expect(shown.stderr).toBe('')
  })

  test('JSON: an object for each line and each gap', async () => {
    const segments = [
      gap,
      lines(Buffer.from('a\n\xffb', 'latin1'), { offset: gap.end }),
      lines('x\n', { stream: 'err' }),
    ]
    const { stdout, stderr } = await logs(['web', '--merge', '--json'], { 'logs.tail': parts(segments) })
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(stderr).toBe('')
    expect(objects).toEqual([
      {
        stream: 'out',
        at: new Date(gap.time).toISOString(),
        name: 'web',
        offset: 4096,
        gap: { end: gap.end, bytes: 12_400_000, reason: 'bound' },
      },
      { stream: 'out', at: new Date(rowStart).toISOString(), name: 'web', offset: gap.end, text: 'a' },
      { stream: 'err', at: new Date(rowStart).toISOString(), name: 'web', offset: 0, text: 'x' },
      { stream: 'out', at: new Date(rowStart).toISOString(), name: 'web', offset: gap.end + 2, text: '\ufffdb' },
    ])
    expect(cliSchema('logGap').safeParse(objects[0]).error?.issues ?? []).toEqual([])
    for (const line of objects.slice(1)) expect(cliSchema('logLine').safeParse(line).error?.issues ?? []).toEqual([])
  })

  test('a broken follow goes on behind what came, and what had nothing to show at its end of then', async () => {
    const resumed: unknown[] = []
    const streams: ByteStreams = {
      'logs.tail': (input, { advance }) => {
        const part = encodeLogPart([lines('line\n', { offset: 95 })])
        const next = advance(input, part)
        resumed.push(next, advance(next, encodeLogPart([gap])))
        return [part]
      },
    }
    await logs(['web', '--merge', '-f', '-n', '1'], streams)
    expect(resumed).toMatchObject([
      { from: { out: 100, err: 7 }, lines: null, follow: true },
      { from: { out: gap.end, err: 7 }, lines: null },
    ])
  })
})

describe('several processes', () => {
  test('lines are merged and begin with the name', async () => {
    const streams = { 'logs.merge': parts([lines('one\n'), lines('two\nth', { source: 1 })], [lines('x\n')]) }
    const { stdout, calls } = await logs(['web', 'worker', 'web'], streams)
    expect(stdout).toBe('web    | one\nworker | two\nworker | th\nweb    | x\n')
    expect(streamCall(calls)).toMatchObject({
      method: 'logs.merge',
      input: { targets: [{ id: 'a' }, { id: 'b' }], streams: 'out', from: null },
    })
  })

  test('--merge without a name is the whole session, both streams', async () => {
    const { calls } = await logs(['--merge'], { 'logs.merge': parts() })
    expect(streamCall(calls)?.input).toMatchObject({ targets: [{ id: 'a' }, { id: 'b' }], streams: 'both' })
  })

  test('each name has a colour on a terminal, and a gap says whose it is', async () => {
    const segments = [lines('\x1b[31mred\n'), lines('plain\n', { source: 1 }), { ...gap, source: 1 }]
    const { stdout } = await logs(['web', 'worker'], { 'logs.merge': parts(segments) }, { isTerminal: true })
    const [first, second, third] = stdout.split('\n')
    expect(first).toBe('\x1b[36mweb    | \x1b[0m\x1b[31mred\x1b[0m')
    expect(second).toBe('\x1b[33mworker | \x1b[0mplain')
    expect(third).toContain('--- worker: 12 MB dropped')
  })

  test('a broken follow has a place for each', async () => {
    const resumed: unknown[] = []
    const streams: ByteStreams = {
      'logs.merge': (input, { advance }) => {
        resumed.push(advance(input, encodeLogPart([lines('x\n', { source: 1, offset: 300 })])))
        return []
      },
    }
    await logs(['web', 'worker', '-f', '-n', '3'], streams)
    expect(resumed).toMatchObject([
      {
        from: [
          { out: 100, err: 7 },
          { out: 302, err: 7 },
        ],
        lines: null,
      },
    ])
  })
})

describe('--grep', () => {
  const hits = parts([lines('error 1\n', { offset: 10 })], [lines('error 2\n', { offset: 50, time: rowStart + 1 })])

  test('hits are printed as they come', async () => {
    const { code, stdout, calls } = await logs(['web', '--grep', 'ERR', '-i'], { 'logs.grep': hits })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'error 1\nerror 2\n' })
    expect(streamCall(calls)?.input).toEqual({
      targets: [{ id: 'a' }],
      streams: 'out',
      query: 'ERR',
      regex: true,
      caseSensitive: false,
      from: null,
      to: null,
      since: null,
      until: null,
    })
  })

  test('-n takes the last of them', async () => {
    expect((await logs(['web', '--grep', 'e', '-n', '1'], { 'logs.grep': hits })).stdout).toBe('error 2\n')
  })

  test('a terminal shows where it fits', async () => {
    const { stdout } = await logs(['web', '--grep', 'ror'], { 'logs.grep': hits }, { isTerminal: true })
    expect(stdout).toBe('er\x1b[1;31mror\x1b[0m 1\ner\x1b[1;31mror\x1b[0m 2\n')
  })

  test('followed: the search ends where the following begins, and lines are chosen here from then on', async () => {
    const streams: ByteStreams = {
      'logs.grep': hits,
      'logs.tail': parts([lines('fine\nerr', { offset: 100 })], [lines('or 3\nfine\n', { offset: 108 })]),
    }
    const { stdout, calls } = await logs(['web', '--grep', 'error', '-f', '--since', '1h'], streams)
    expect(stdout).toBe('error 1\nerror 2\nerror 3\n')
    const place = { out: 100, err: 7 }
    const inputs = calls.filter(({ method }) => /^logs\.(grep|tail)$/.test(method)).map(({ input }) => input)
    expect(inputs).toMatchObject([
      { to: [place], since: now - 3_600_000 },
      { from: place, lines: null, follow: true, since: null },
    ])
  })

  test('a search that the daemon gives up is a failure', async () => {
    const { code, stderr } = await logs(['web', '--grep', '(a+)+$'], {
      'logs.grep': () => [failure('timeout', 'The search took too long')],
    })
    expect(code).toBe(4)
    expect(stderr).toContain('took too long')
  })
})

test.each([
  ['no name', [], '--merge'],
  ['both streams twice', ['web', '--err', '--merge'], '--err and --merge'],
  ['a time that is none', ['web', '--since', 'soon'], '10m'],
  ['a future', ['web', '--since', '2999-01-01'], 'future'],
  ['an empty span', ['web', '--since', '1m', '--until', '2m'], '--until is not after --since'],
  ['an end of what has none', ['web', '-f', '--until', '1m'], '--follow and --until'],
  ['an expression that is none', ['web', '--grep', '('], 'regular expression'],
  ['an empty expression', ['web', '--grep', ''], 'empty'],
  ['a long expression', ['web', '--grep', 'x'.repeat(1001)], '1000'],
  ['letters without an expression', ['web', '-i'], '--grep'],
  ['a count that is none', ['web', '-n', 'x'], 'number of lines'],
])('%s is refused before anything is asked', async (_, argv, text) => {
  const { code, stderr, calls } = await logs(argv, {})
  expect({ code, calls }).toEqual({ code: 2, calls: [] })
  expect(stderr).toContain(text)
})

test('an unknown name: exit 3', async () => {
  expect(await logs(['nobody'], {})).toMatchObject({ code: 3, stdout: '' })
})

test('too many processes for one reading are said', async () => {
  const processes = Array.from({ length: 65 }, (_, index) => processRow({ id: `${index}`, alias: `p${index}` }))
  const list = () => success({ sessions: [sessionRow()], processes, dependences: [], hosts: [] })
  const { code, stderr } = await logs(['--merge'], {}, { answers: { 'rows.list': list } })
  expect(code).toBe(2)
  expect(stderr).toContain('64')
})

test('Ctrl-C ends it with 130 and no word', async () => {
  const streams = { 'logs.tail': parts([lines('x\n')]) }
  expect(await logs(['web', '-f'], streams, { interrupted: true })).toMatchObject({ code: 130, stderr: '' })
})

test('an attached program writes elsewhere, which is said', async () => {
  const attached = processRow({ alias: 'web', notices: ['attached: its output goes where it was started'] })
  const { stderr } = await logs(
    ['web'],
    { 'logs.tail': parts() },
    {
      answers: { 'process.show': () => success(processDetail(attached)) },
    },
  )
  expect(stderr).toBe('procession: attached: its output goes where it was started\n')
})

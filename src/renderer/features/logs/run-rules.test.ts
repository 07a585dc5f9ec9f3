import { describe, expect, test } from 'vitest'
import type { RunRow } from '../../../shared/domain/rows.ts'
import { betweenLines, LogItems } from './log-items.ts'
import { LogLines } from './log-lines.ts'
import { firstFailingLine, runRules } from './run-rules.ts'

const at = new Date(2026, 0, 2, 10, 27, 42).getTime()
const run = (number: number, outOffset: number, errOffset: number, code: number | null): RunRow => ({
  run: number,
  startedAt: at,
  endedAt: code === null ? null : at + 862_000,
  end: code === null ? null : { code, signal: null, at: at + 862_000, reason: null },
  pid: 1,
  outOffset,
  errOffset,
})

function window(offset = 0) {
  const lines = new LogLines()
  const encode = (text: string) => new TextEncoder().encode(text)
  lines.append([
    { kind: 'lines', source: 0, stream: 'out', offset, time: 1, bytes: encode('a\nb\n') },
    { kind: 'lines', source: 0, stream: 'err', offset: 0, time: 2, bytes: encode('x\n') },
    { kind: 'lines', source: 0, stream: 'out', offset: offset + 4, time: 3, bytes: encode('c\n') },
  ])
  return { lines, files: [0, 1], startOf: (file: number) => lines.start(file), live: true, stopped: false }
}

const keysOf = (items: LogItems) =>
  Array.from({ length: items.count }, (_, item) => items.betweenAt(item)?.key ?? items.lineAt(item))

/** The first 100 bytes of stdout were dropped. */
function droppedWindow() {
  const lines = new LogLines()
  const bytes = new TextEncoder().encode('c\nd\n')
  lines.append([
    { kind: 'gap', source: 0, stream: 'out', offset: 0, end: 100, time: 1, reason: 'bound' },
    { kind: 'lines', source: 0, stream: 'out', offset: 100, time: 3, bytes },
  ])
  return { lines, files: [0], startOf: (file: number) => lines.start(file), live: true, stopped: false }
}

describe('rules and gaps', () => {
  const itemsOf = (runs: readonly RunRow[]) => {
    const shown = droppedWindow()
    return keysOf(new LogItems(shown.lines.count, betweenLines(shown.lines, runRules(runs, shown))))
  }

  test('a run that began in what was dropped stands above the gap', () => {
    expect(itemsOf([run(1, 40, 0, null)])).toEqual(['start:0:1', 'gap:0:0', 0, 1])
  })

  test('a run that began behind it stands below', () => {
    expect(itemsOf([run(1, 100, 0, null)])).toEqual(['gap:0:0', 'start:0:1', 0, 1])
  })

  test('runs of which nothing is left have no rule', () => {
    expect(itemsOf([run(1, 0, 0, 0), run(2, 40, 0, 0), run(3, 102, 0, null)])).toEqual([
      'start:0:2',
      'gap:0:0',
      0,
      'end:0:2',
      'start:0:3',
      1,
    ])
  })
})

describe('rules of runs', () => {
  test('each start and end stands between its lines', () => {
    const rules = runRules([run(2, 4, 2, null), run(1, 0, 0, 137)], window())
    expect(rules.map(({ before, fact, note }) => [before, fact, note])).toEqual([
      [0, 'Run 1 started', '10:27:42'],
      [3, 'Exited with code 137 (killed)', '10:42:04, after 14 m 22 s'],
      [3, 'Run 2 started', '10:27:42'],
    ])
  })

  test('a run that ended last has its end at the end', () => {
    expect(runRules([run(1, 0, 0, 0)], window()).at(-1)).toMatchObject({ before: 4, mark: 'succeeded' })
  })

  test('a run that was stopped did not fail', () => {
    expect(runRules([run(1, 0, 0, 143)], { ...window(), stopped: true }).at(-1)?.mark).toBe('stopped')
    expect(runRules([run(1, 0, 0, 143)], window()).at(-1)?.mark).toBe('failed')
  })

  test('what is outside the window has no rule', () => {
    expect(runRules([run(1, 0, 0, 1), run(2, 104, 2, 0)], window(100)).map(({ key }) => key)).toEqual([
      'end:0:1',
      'start:0:2',
      'end:0:2',
    ])
    expect(runRules([run(1, 0, 0, 0)], { ...window(100), live: false })).toEqual([])
  })

  test('a run whose output lies further up has no rule, also where its files are silent here', () => {
    const shown = { ...window(), startOf: () => 2 }
    expect(runRules([run(1, 0, 0, null)], shown)).toEqual([])
    expect(runRules([run(1, 2, 2, null)], shown)).toHaveLength(1)
  })

  test('lines and rules are one list', () => {
    const shown = window()
    const items = new LogItems(4, betweenLines(shown.lines, runRules([run(2, 4, 2, null), run(1, 0, 0, 137)], shown)))
    expect(items.count).toBe(7)
    expect(keysOf(items)).toEqual(['start:0:1', 0, 1, 2, 'end:0:1', 'start:0:2', 3])
    expect([0, 1, 2, 3].map((line) => items.itemOfLine(line))).toEqual([1, 2, 3, 6])
  })

  test('among the lines of others a start and an end stand by their time, also of a process that is silent', () => {
    const lines = new LogLines()
    const line = (source: number, offset: number, time: number) => ({
      kind: 'lines' as const,
      source,
      stream: 'out' as const,
      offset,
      time,
      bytes: new TextEncoder().encode('a\n'),
    })
    lines.append([line(0, 0, 10), line(1, 0, 20), line(1, 2, 30), line(0, 2, 40)])
    const shown = { lines, live: true, stopped: false, startOf: () => 0 }
    const between = (startedAt: number, endedAt: number) => ({
      ...run(1, 0, 0, 0),
      startedAt,
      end: { code: 0, signal: null, at: endedAt, reason: null },
    })
    const rules = [
      ...runRules([between(5, 50)], { ...shown, files: [0] }),
      // Ended before its last line was seen: the end stands behind it all the same.
      ...runRules([between(15, 25)], { ...shown, files: [2] }),
      ...runRules([between(12, 35)], { ...shown, files: [4] }),
    ]
    expect(keysOf(new LogItems(4, betweenLines(lines, rules)))).toEqual([
      'start:0:1',
      0,
      'start:2:1',
      'start:1:1',
      1,
      2,
      'end:1:1',
      'end:2:1',
      3,
      'end:0:1',
    ])
  })

  test('a failed run opens at its first stderr line', () => {
    const { lines } = window()
    expect(firstFailingLine(lines, run(1, 0, 0, 1), 200)).toBe(2)
    expect(firstFailingLine(lines, run(1, 0, 2, 1), 200)).toBeNull()
    expect(firstFailingLine(lines, run(1, 0, 0, 1), 1)).toBeNull()
  })
})

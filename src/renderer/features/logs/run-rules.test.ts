import { describe, expect, test } from 'vitest'
import type { RunRow } from '../../../shared/domain/rows.ts'
import { LogLines } from './log-lines.ts'
import { firstFailingLine, LogItems, runRules } from './run-rules.ts'

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
    { stream: 'out', offset, time: 1, bytes: encode('a\nb\n') },
    { stream: 'err', offset: 0, time: 2, bytes: encode('x\n') },
    { stream: 'out', offset: offset + 4, time: 3, bytes: encode('c\n') },
  ])
  return { lines, streams: ['out', 'err'] as const, live: true, stopped: false }
}

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
      'end:1',
      'start:2',
      'end:2',
    ])
    expect(runRules([run(1, 0, 0, 0)], { ...window(100), live: false })).toEqual([])
  })

  test('lines and rules are one list', () => {
    const items = new LogItems(4, runRules([run(2, 4, 2, null), run(1, 0, 0, 137)], window()))
    expect(items.count).toBe(7)
    const read = Array.from({ length: items.count }, (_, item) =>
      items.isRule(item) ? (items.ruleAt(item)?.key ?? '') : items.lineAt(item),
    )
    expect(read).toEqual(['start:1', 0, 1, 2, 'end:1', 'start:2', 3])
    expect([0, 1, 2, 3].map((line) => items.itemOfLine(line))).toEqual([1, 2, 3, 6])
  })

  test('a failed run opens at its first stderr line', () => {
    const { lines } = window()
    expect(firstFailingLine(lines, run(1, 0, 0, 1), 200)).toBe(2)
    expect(firstFailingLine(lines, run(1, 0, 2, 1), 200)).toBeNull()
    expect(firstFailingLine(lines, run(1, 0, 0, 1), 1)).toBeNull()
  })
})

import { describe, expect, test } from 'vitest'
import { processRow } from '../../../../test/helpers/rows.ts'
import type { Life } from '../../../shared/domain/life.ts'
import { statusOf } from '../../../shared/text/status.ts'
import { gridTemplate, visibleColumns } from '../../data/columns.ts'
import { defaultSort } from '../../data/view-store.ts'
import { arrange, type GridLine, type Placed } from './order.ts'

const up: Life = {
  kind: 'up',
  run: 1,
  since: 1,
  program: { identity: { bootId: 'b', pid: 1, startTime: '1' }, shimPid: 2 },
}
const failed: Life = { kind: 'failed', since: 1, because: 'could-not-start', reason: 'not found' }
const down: Life = { kind: 'down', since: 1, reason: 'Stopped by you' }

function placed(name: string, session: string, life: Life, cpu: number | null = null): Placed {
  const row = processRow({
    id: name,
    sessionId: session,
    name,
    alias: null,
    argv: [name],
    life,
    restarts: 0,
    createdAt: 0,
    startedAt: 0,
    usage: cpu === null ? null : { cpuPct: cpu, rssBytes: 0, listen: [] },
  })
  const sessionRow = { id: session, name: session, path: `/${session}`, active: true, readOnly: null, problems: [] }
  return { row, session: sessionRow, status: statusOf(life) }
}

const titles = (lines: readonly GridLine[]) =>
  lines.map((line) => (line.kind === 'group' ? `[${line.group.title}]` : line.id))

const rows = [
  placed('b2', 'desk', up, 5),
  placed('b10', 'desk', up, 50),
  placed('a', 'desk', down),
  placed('x', 'vision', failed),
  placed('y', 'vision', up, 10),
]
const open = { sort: defaultSort, groupBy: 'session', collapsed: new Set<string>() } as const

describe('order of the grid', () => {
  test('what needs attention stands first, then names in natural order', () => {
    expect(titles(arrange(rows, { ...open, groupBy: 'none' }))).toEqual(['x', 'b2', 'b10', 'y', 'a'])
  })

  test('groups follow their worst row', () => {
    expect(titles(arrange(rows, open))).toEqual(['[vision]', 'x', 'y', '[desk]', 'b2', 'b10', 'a'])
  })

  test('a collapsed group keeps its head', () => {
    expect(titles(arrange(rows, { ...open, collapsed: new Set(['vision']) }))).toEqual([
      '[vision]',
      '[desk]',
      'b2',
      'b10',
      'a',
    ])
  })

  test('unknown numbers stand last in both directions', () => {
    const by = (descending: boolean) =>
      titles(arrange(rows, { ...open, groupBy: 'none', sort: { column: 'cpu', descending } }))
    expect(by(false)).toEqual(['b2', 'y', 'b10', 'a', 'x'])
    expect(by(true)).toEqual(['b10', 'y', 'b2', 'a', 'x'])
  })

  test('grouping by status titles the groups with its words', () => {
    expect(titles(arrange(rows, { ...open, groupBy: 'status', collapsed: new Set() }))).toEqual([
      '[Failed]',
      'x',
      '[Running]',
      'b2',
      'b10',
      'y',
      '[Stopped]',
      'a',
    ])
  })
})

describe('columns', () => {
  const choice = { shown: {}, widths: {} }
  test('a narrow window leaves out host and command', () => {
    expect(visibleColumns(choice, 880).map(({ id }) => id)).toEqual([
      'name',
      'status',
      'detail',
      'cpu',
      'memory',
      'age',
    ])
  })

  test('the user shows, hides and widens', () => {
    const chosen = { shown: { restarts: true, host: false }, widths: { name: 200 } }
    expect(visibleColumns(chosen, 1280).map(({ id }) => id)).toContain('restarts')
    expect(visibleColumns(chosen, 1280).map(({ id }) => id)).not.toContain('host')
    expect(gridTemplate(visibleColumns(chosen, 880), chosen)).toBe('14px 200px 72px minmax(140px, 1fr) 100px 68px 68px')
  })
})

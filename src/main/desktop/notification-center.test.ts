import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exited, row, rowsOf, up } from '../../../test/helpers/desktop-rows.ts'
import type { Notice } from '../../shared/commands/commands.ts'
import type { Life } from '../../shared/domain/life.ts'
import { NotificationCenter } from './notification-center.ts'
import type { SupervisedRows } from './supervised-rows.ts'

const starting: Life = { kind: 'starting', run: 2, since: 3000, program: null, readyBy: null }
const upAgain: Life = { ...up, run: 2 }
const backoff = (since: number): Life => ({
  kind: 'backoff',
  run: 1,
  since,
  until: since + 20_000,
  end: { code: 1, signal: null, at: since, reason: null },
})

function lab() {
  const shown: (Notice & { click: () => void; gone: () => void })[] = []
  const toasts: Notice[] = []
  const clicked: Notice[] = []
  let looking = false
  const center = new NotificationCenter({
    port: {
      show(notice, on) {
        const entry = { ...notice, ...on }
        shown.push(entry)
        return { close: () => void shown.splice(shown.indexOf(entry), 1) }
      },
    },
    isLookedAt: () => looking,
    toast: (notice) => toasts.push(notice),
    onClick: (notice) => clicked.push(notice),
    now: () => Date.now(),
  })
  const tell = (rows: SupervisedRows) => {
    center.update(rows)
    vi.advanceTimersByTime(500)
  }
  return {
    center,
    tell,
    shown,
    toasts,
    clicked,
    look: () => {
      looking = true
    },
    titles: () => shown.map(({ title }) => title),
  }
}

describe('notifications', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('a failure is told with its title, its reason and its session; a click opens its log', () => {
    const { tell, shown, clicked } = lab()
    tell(rowsOf(row('train', up, { startedAt: 1000 })))
    tell(rowsOf(row('train', exited(137), { startedAt: 1000 })))
    expect(shown).toMatchObject([
      {
        title: 'train failed (exit 137)',
        body: 'Exited with code 137 (killed) after 1 s, in demo',
        processId: 'train',
      },
    ])
    shown[0]?.click()
    expect(clicked).toMatchObject([{ processId: 'train' }])
  })

  test('the first rows, and those after a gap, are no news', () => {
    const { tell, shown } = lab()
    tell(rowsOf(row('a', exited(1)), row('b', up)))
    tell({ ...rowsOf(row('a', exited(1)), row('b', exited(1))), snapshot: 2 })
    expect(shown).toEqual([])
  })

  test('it is withdrawn as soon as a person starts the process again, or removes it', () => {
    const { tell, titles } = lab()
    tell(rowsOf(row('a', up), row('b', up)))
    tell(rowsOf(row('a', exited(1)), row('b', exited(2))))
    expect(titles()).toHaveLength(2)
    tell(rowsOf(row('a', starting), row('b', exited(2))))
    expect(titles()).toEqual(['b failed (exit 2)'])
    tell(rowsOf(row('a', starting)))
    expect(titles()).toEqual([])
  })

  test('it is withdrawn after a gap in which the process recovered', () => {
    const { tell, titles } = lab()
    tell(rowsOf(row('a', up)))
    tell(rowsOf(row('a', exited(1))))
    tell({ ...rowsOf(row('a', upAgain)), snapshot: 2 })
    expect(titles()).toEqual([])
  })

  test('a process that goes on failing is told once; the notification goes when a run has lasted', () => {
    const { tell, titles } = lab()
    tell(rowsOf(row('a', up)))
    tell(rowsOf(row('a', backoff(2000), { restarts: 6 })))
    expect(titles()).toEqual(['a keeps failing (exit 1)'])
    tell(rowsOf(row('a', starting)))
    tell(rowsOf(row('a', upAgain)))
    tell(rowsOf(row('a', backoff(9000))))
    expect(titles()).toEqual(['a keeps failing (exit 1)'])
    tell(rowsOf(row('a', starting)))
    tell(rowsOf(row('a', { ...up, run: 3 })))
    // Its state changes while it runs.
    tell(rowsOf(row('a', { ...up, run: 3 }, { state: 'operative' })))
    vi.advanceTimersByTime(8000)
    expect(titles()).toHaveLength(1)
    vi.advanceTimersByTime(2000)
    expect(titles()).toEqual([])
    tell(rowsOf(row('a', backoff(60_000))))
    expect(titles()).toEqual([])
    vi.advanceTimersByTime(5 * 60_000)
    tell(rowsOf(row('a', { ...up, run: 4 })))
    tell(rowsOf(row('a', backoff(400_000))))
    expect(titles()).toEqual(['a keeps failing (exit 1)'])
  })

  test('processes that fail together on one machine name it', () => {
    const { tell, titles } = lab()
    const rows = (life: Life, host: (id: string) => string) =>
      rowsOf(...['a', 'b', 'c'].map((id) => row(id, life, { host: host(id) })))
    tell(rows(up, () => 'gpu-01'))
    tell(rows(exited(1), () => 'gpu-01'))
    expect(titles()).toEqual(['3 processes failed on gpu-01'])
    const other = lab()
    other.tell(rows(up, (id) => `host-${id}`))
    other.tell(rows(exited(1), (id) => `host-${id}`))
    expect(other.titles()).toEqual(['3 processes failed'])
  })

  test('a burst becomes one, also when it comes bit by bit; it goes with the last of its processes', () => {
    const { tell, shown, titles, clicked } = lab()
    const rows = (failed: number, started = 0) =>
      rowsOf(
        ...['a', 'b', 'c', 'd'].map((id, index) =>
          row(id, index < started ? upAgain : index < failed ? exited(1) : up),
        ),
      )
    tell(rows(0))
    tell(rows(1))
    expect(titles()).toEqual(['a failed (exit 1)'])
    tell(rows(3))
    expect(shown).toMatchObject([{ title: '3 processes failed', body: 'a, b and c', processId: null }])
    tell(rows(4))
    expect(shown).toMatchObject([{ title: '4 processes failed', body: 'a, b, c and d' }])
    tell(rows(4, 3))
    expect(titles()).toEqual(['4 processes failed'])
    shown[0]?.click()
    expect(clicked).toMatchObject([{ processId: null }])
  })

  test('failures that lie further apart stay apart', () => {
    const { tell, titles } = lab()
    const rows = (failed: number) =>
      rowsOf(...['a', 'b', 'c'].map((id, index) => row(id, index < failed ? exited(1) : up)))
    tell(rows(0))
    for (const failed of [1, 2, 3]) {
      tell(rows(failed))
      vi.advanceTimersByTime(10_000)
    }
    expect(titles()).toEqual(['a failed (exit 1)', 'b failed (exit 1)', 'c failed (exit 1)'])
  })

  test('while the person looks at the window a note in it takes its place', () => {
    const { tell, shown, toasts, look } = lab()
    look()
    tell(rowsOf(row('a', up)))
    tell(rowsOf(row('a', exited(3))))
    expect(shown).toEqual([])
    expect(toasts).toMatchObject([{ title: 'a failed (exit 3)', processId: 'a' }])
  })

  test('what was repaired before it was told is not told', () => {
    const { center, shown } = lab()
    center.update(rowsOf(row('a', up)))
    center.update(rowsOf(row('a', exited(1))))
    center.update(rowsOf(row('a', upAgain)))
    vi.advanceTimersByTime(500)
    expect(shown).toEqual([])
  })

  test('one that the person took away is not taken away again', () => {
    const { tell, shown, titles } = lab()
    tell(rowsOf(row('a', up)))
    tell(rowsOf(row('a', exited(1))))
    shown[0]?.gone()
    shown.length = 0
    tell(rowsOf(row('a', upAgain)))
    expect(titles()).toEqual([])
  })
})

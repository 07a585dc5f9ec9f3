import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { row, rowsOf, up } from '../../../test/helpers/desktop-rows.ts'
import type { Notice } from '../../shared/commands/commands.ts'
import type { HostState } from '../../shared/domain/host.ts'
import type { Life } from '../../shared/domain/life.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { HostNotices } from './host-notices.ts'
import type { SupervisedRows } from './supervised-rows.ts'

const connected: HostState = { kind: 'connected', since: 1 }
const reconnecting = (attempt: number): HostState => ({ kind: 'reconnecting', since: 1000, attempt, retryAt: 2000 })
const unreachable: HostState = { kind: 'unreachable', since: 1000, retryAt: 2000 }
const unknown: Life = { kind: 'unknown', since: 1000, reason: 'x', last: 'up', program: null, stop: null }

const withHosts = (hosts: Readonly<Record<string, HostState>>, ...processes: ProcessRow[]): SupervisedRows => ({
  ...rowsOf(...processes),
  hosts: new Map(Object.entries(hosts).map(([name, state]) => [name, { name, state }])),
})

function lab() {
  const shown: Notice[] = []
  const toasts: Notice[] = []
  const clicked: Notice[] = []
  let click = () => {}
  let looking = false
  const notices = new HostNotices({
    port: {
      show(notice, on) {
        shown.push(notice)
        click = on.click
        return { close: () => void shown.splice(shown.indexOf(notice), 1) }
      },
    },
    isLookedAt: () => looking,
    toast: (notice) => toasts.push(notice),
    onClick: (notice) => clicked.push(notice),
  })
  return {
    tell: (hosts: Readonly<Record<string, HostState>>, ...processes: ProcessRow[]) =>
      notices.update(withHosts(hosts, ...processes)),
    shown,
    toasts,
    clicked,
    click: () => click(),
    look: () => {
      looking = true
    },
  }
}

describe('a lost host', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('is told after a minute, once, with what nobody knows, and taken back when it is there again', () => {
    const { tell, shown } = lab()
    tell({ a: connected }, row('p', up, { host: 'a' }))
    const lost = row('p', unknown, { host: 'a' })
    tell({ a: reconnecting(1) }, lost)
    vi.advanceTimersByTime(30_000)
    tell({ a: reconnecting(2) }, lost)
    vi.advanceTimersByTime(29_999)
    expect(shown).toEqual([])
    vi.advanceTimersByTime(1)
    expect(shown).toMatchObject([{ title: 'a is unreachable', body: expect.stringContaining('how 1 process on a is') }])
    tell({ a: unreachable }, lost)
    vi.advanceTimersByTime(600_000)
    expect(shown).toHaveLength(1)
    tell({ a: connected }, row('p', up, { host: 'a' }))
    expect(shown).toEqual([])
    tell({ a: reconnecting(1) })
    vi.advanceTimersByTime(60_000)
    expect(shown).toHaveLength(1)
  })

  test('that is back within the minute, or removed, is no news', () => {
    const { tell, shown } = lab()
    tell({ a: connected, b: connected })
    tell({ a: reconnecting(1), b: unreachable })
    vi.advanceTimersByTime(59_000)
    tell({ a: connected })
    vi.advanceTimersByTime(60_000)
    expect(shown).toEqual([])
  })

  test('that was never reached is no news', () => {
    const { tell, shown } = lab()
    tell({ a: { kind: 'connecting', since: 1 }, b: unreachable })
    tell({ a: unreachable, b: unreachable })
    vi.advanceTimersByTime(600_000)
    expect(shown).toEqual([])
  })

  test('is a note in a window that is looked at; a click on a notification leads there', () => {
    const { tell, shown, toasts, look, click, clicked } = lab()
    tell({ a: connected, b: connected })
    tell({ a: unreachable, b: connected })
    vi.advanceTimersByTime(60_000)
    click()
    expect(clicked).toMatchObject([{ title: 'a is unreachable' }])
    look()
    tell({ a: unreachable, b: { kind: 'refused', since: 5, because: 'changed-key', key: null } })
    vi.advanceTimersByTime(60_000)
    expect(toasts).toMatchObject([{ title: 'b: key has changed' }])
    expect(shown).toHaveLength(1)
  })
})

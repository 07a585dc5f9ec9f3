import { describe, expect, test } from 'vitest'
import { exited, row, rowsOf, up } from '../../../test/helpers/desktop-rows.ts'
import type { DaemonLinkState } from '../../shared/commands/commands.ts'
import type { Life } from '../../shared/domain/life.ts'
import { noRows, type SupervisedRows } from './supervised-rows.ts'
import { type TrayEntry, type TrayState, trayView } from './tray-template.ts'

const view = (rows: SupervisedRows, changes: Partial<TrayState> = {}) =>
  trayView({ link: { kind: 'connected' }, rows, attention: false, stoppingAll: false, ...changes })

/** One line per entry; `-` is a separator, brackets mark what cannot be chosen. */
function outline(entries: readonly TrayEntry[]): string[] {
  return entries.flatMap((entry) => {
    switch (entry.kind) {
      case 'separator':
        return '-'
      case 'item':
        return entry.action === null ? `[${entry.label}]` : entry.label
      default:
        return `${entry.label} > ${outline(entry.entries).join(' ')}`
    }
  })
}

const tail = ['-', 'New process…', '-', 'Open Procession', 'Quit…']

describe('the tray', () => {
  test('counts, and lists what failed and what runs with what can be done', () => {
    const rows = rowsOf(row('web', up), row('train', exited(137)), row('old', exited(0)))
    expect(view(rows)).toMatchObject({ icon: 'normal', toolTip: 'Procession: 1 running, 1 failed' })
    expect(outline(view(rows).entries)).toEqual([
      '[1 running, 1 failed]',
      '-',
      '[Failed]',
      'train (exit 137) > Show Start [Restart]',
      '-',
      '[Running]',
      'web > Show Stop Restart',
      ...tail,
    ])
  })

  test('says what is not just running, how it failed, and offers only what makes sense', () => {
    const rows = rowsOf(
      row('a', { kind: 'starting', run: 1, since: 0, program: null, readyBy: null }),
      row('b', { kind: 'unknown', since: 0, reason: 'x', last: 'up', program: null, stop: null }),
      row('c', { kind: 'failed', since: 5, because: 'could-not-start', reason: 'not found' }),
      row('d', exited(null, 9, 'SIGSEGV')),
      row('f', { kind: 'failed', since: 4, because: 'crash-loop', reason: 'ended 5 times' }),
      row('g', { kind: 'backoff', run: 1, since: 0, until: 1, end: { code: 1, signal: null, at: 0, reason: null } }),
      row('h', { kind: 'blocked', since: 0, isRestart: false }),
      row('e', { kind: 'down', since: 0, reason: 'by you' }),
    )
    expect(outline(view(rows).entries).filter((line) => line.includes('>'))).toEqual([
      'd (SIGSEGV) > Show Start [Restart]',
      'c (did not start) > Show Start [Restart]',
      'f (restarts given up) > Show Start [Restart]',
      'b (unknown) > Show [Stop] [Restart]',
      'a (starting) > Show Stop Restart',
      'g (waits to restart) > Show Stop [Restart]',
    ])
  })

  test('an entry acts on its own process', () => {
    const [entry] = view(rowsOf(row('web', up))).entries.filter(({ kind }) => kind === 'submenu')
    expect(entry).toMatchObject({
      entries: [
        { action: { kind: 'show', processId: 'web' } },
        { action: { kind: 'stop', processId: 'web' } },
        { action: { kind: 'restart', processId: 'web' } },
      ],
    })
  })

  test('names the session where two processes have one name', () => {
    const rows = rowsOf(row('1', up, { alias: 'web' }), row('2', up, { alias: 'web', sessionId: 's2' }))
    expect(outline(view(rows).entries)).toEqual(
      expect.arrayContaining(['web in demo > Show Stop Restart', 'web in work > Show Stop Restart']),
    )
  })

  test('shows at most eight processes, neither group crowding the other out, and says how many more there are', () => {
    const many = (count: number, name: string, life: Life) =>
      Array.from({ length: count }, (_, index) => row(`${name}${index}`, life))
    const shown = (failed: number, running: number) => {
      const lines = outline(view(rowsOf(...many(failed, 'f', exited(1)), ...many(running, 'r', up))).entries)
      const count = (name: string) => lines.filter((line) => line.startsWith(name) && line.includes('>')).length
      return [count('f'), count('r'), lines.find((line) => line.endsWith('more…')) ?? null]
    }
    expect(shown(10, 10)).toEqual([4, 4, '12 more…'])
    expect(shown(10, 1)).toEqual([7, 1, '3 more…'])
    expect(shown(1, 10)).toEqual([1, 7, '3 more…'])
    expect(shown(3, 5)).toEqual([3, 5, null])
    expect(shown(10, 0)).toEqual([8, 0, '2 more…'])
  })

  test('the latest failure stands first', () => {
    const rows = rowsOf(row('early', exited(1, 10)), row('late', exited(1, 20)))
    expect(outline(view(rows).entries).filter((line) => line.includes('>'))).toEqual([
      'late (exit 1) > Show Start [Restart]',
      'early (exit 1) > Show Start [Restart]',
    ])
  })

  test.each<[DaemonLinkState, string[]]>([
    [{ kind: 'connecting' }, ['[Connecting to the daemon]']],
    [{ kind: 'restarting', attempt: 2 }, ['[The daemon is being restarted]']],
    [{ kind: 'gave-up', message: 'm', hint: 'h' }, ['[The daemon does not run]', 'Try again']],
  ])('says nothing about processes while the daemon is away: %j', (link, head) => {
    const shown = view(rowsOf(row('web', up)), { link, attention: true })
    expect(shown.icon).toBe('offline')
    expect(outline(shown.entries)).toEqual([...head, '-', '[New process…]', '-', 'Open Procession', 'Quit…'])
  })

  test('wants attention for a failure not yet seen', () => {
    expect(view(noRows, { attention: true }).icon).toBe('attention')
  })

  test('says that everything is being stopped, and takes no second order', () => {
    const lines = outline(view(rowsOf(row('web', up)), { stoppingAll: true }).entries)
    expect(lines[0]).toBe('[Stopping everything: 1 running]')
    expect(lines.at(-1)).toBe('[Quit…]')
  })
})

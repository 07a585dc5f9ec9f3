import { describe, expect, test } from 'vitest'
import { commands } from '../../shared/commands/commands.ts'
import { acceleratorOf, menuTemplate } from './menu-template.ts'

const entriesOf = (platform: NodeJS.Platform) => menuTemplate(platform).flatMap(({ entries }) => entries)
const idsOf = (platform: NodeJS.Platform) =>
  entriesOf(platform).flatMap((entry) => (entry.kind === 'command' ? entry.id : []))

describe('the application menu', () => {
  test('has every command of the registry that has a menu, once', () => {
    const expected = commands.filter(({ menu }) => menu !== null).map(({ id }) => id)
    expect(idsOf('linux').toSorted()).toEqual(expected.toSorted())
  })

  test('puts each into its column, in order, groups apart', () => {
    const file = menuTemplate('linux').find(({ name }) => name === 'file')
    expect(file).toEqual({
      name: 'file',
      label: 'File',
      entries: [
        { kind: 'command', id: 'process.new', label: 'New process…', accelerator: 'N', listens: false },
        { kind: 'command', id: 'session.new', label: 'New session…', accelerator: null, listens: false },
        { kind: 'command', id: 'hosts.add', label: 'Add host…', accelerator: 'A', listens: false },
        { kind: 'separator' },
        { kind: 'command', id: 'session.activate', label: 'Activate session', accelerator: null, listens: false },
        { kind: 'command', id: 'session.deactivate', label: 'Deactivate session…', accelerator: null, listens: false },
        { kind: 'command', id: 'session.logs', label: 'Show logs of session', accelerator: 'Shift+L', listens: false },
        {
          kind: 'command',
          id: 'session.openFolder',
          label: 'Open folder of session',
          accelerator: null,
          listens: false,
        },
        {
          kind: 'command',
          id: 'log.save',
          label: 'Save log as…',
          accelerator: 'CommandOrControl+S',
          listens: false,
        },
        { kind: 'separator' },
        {
          kind: 'command',
          id: 'window.close',
          label: 'Close window',
          accelerator: 'CommandOrControl+W',
          listens: true,
        },
        { kind: 'command', id: 'app.quit', label: 'Quit Procession', accelerator: 'CommandOrControl+Q', listens: true },
      ],
    })
  })

  test('never begins or ends a column with a separator, nor has two in a row', () => {
    for (const { entries } of menuTemplate('linux')) {
      const kinds = entries.map(({ kind }) => kind)
      expect(kinds[0]).not.toBe('separator')
      expect(kinds.at(-1)).not.toBe('separator')
      expect(kinds.some((kind, index) => kind === 'separator' && kinds[index + 1] === 'separator')).toBe(false)
    }
  })

  test('listens itself only to keys with a modifier: single letters belong to the window', () => {
    const listening = entriesOf('linux').filter((entry) => entry.kind === 'command' && entry.listens)
    expect(listening.length).toBeGreaterThan(0)
    for (const entry of listening) {
      if (entry.kind === 'command' && entry.accelerator) expect(entry.accelerator).toContain('CommandOrControl+')
    }
  })

  test('on macOS single keys are not shown, as showing would be listening', () => {
    const single = entriesOf('darwin').filter(
      (entry) => entry.kind === 'command' && entry.accelerator !== null && !entry.accelerator.includes('+'),
    )
    expect(single).toEqual([])
  })

  test('keys that are pressed one after the other are not for Electron', () => {
    const entry = entriesOf('linux').find((each) => each.kind === 'command' && each.id === 'view.inGraph')
    expect(entry).toMatchObject({ accelerator: null })
  })

  test.each([
    ['$mod+KeyK', 'CommandOrControl+K'],
    ['$mod+w', 'CommandOrControl+W'],
    ['Shift+X', 'Shift+X'],
    ['/', '/'],
    ['F1', 'F1'],
    ['+', 'Plus'],
    ['Alt+Digit1', 'Alt+1'],
  ])('%s is %s', (keys, accelerator) => {
    expect(acceleratorOf(keys)).toBe(accelerator)
  })
})

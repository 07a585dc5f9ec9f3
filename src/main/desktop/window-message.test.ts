import { describe, expect, test } from 'vitest'
import { parseWindowMessage } from './window-message.ts'

const context = { selected: [{ life: { kind: 'up', run: 1 } }], session: null, focus: 'grid', connected: true }

describe('messages of a window', () => {
  test.each([
    { kind: 'command', id: 'app.quit' },
    { kind: 'context', context },
    { kind: 'context', context: { ...context, session: { active: false, writable: true } } },
    { kind: 'open-folder', sessionId: 's1' },
    { kind: 'quit', stopAll: true },
    { kind: 'theme', theme: 'dark' },
    { kind: 'daemon-retry' },
    { kind: 'open-log' },
  ])('$kind is read', (message) => {
    expect(parseWindowMessage(message)).toEqual(message)
  })

  test.each([
    null,
    'quit',
    { kind: 'show', processId: 'x' },
    { kind: 'ask-quit' },
    { kind: 'command', id: 'no.such' },
    { kind: 'command', id: ['app.quit'] },
    { kind: 'quit', stopAll: 'yes' },
    { kind: 'theme', theme: 'pink' },
    { kind: 'context' },
    { kind: 'context', context: { ...context, focus: 'elsewhere' } },
    { kind: 'context', context: { ...context, connected: 1 } },
    { kind: 'context', context: { ...context, selected: [{ life: { kind: 'constructor' } }] } },
    { kind: 'context', context: { ...context, selected: {} } },
    { kind: 'context', context: { ...context, session: { active: 'yes', writable: true } } },
    { kind: 'open-folder', path: '/etc' },
    { kind: 'notice', notice: { title: 't', body: '', processId: null } },
    { kind: 'show-attention' },
  ])('%j is not', (message) => {
    expect(parseWindowMessage(message)).toBeNull()
  })

  test('nothing but what was asked for is taken over', () => {
    expect(parseWindowMessage({ kind: 'open-log', path: '/etc/passwd' })).toEqual({ kind: 'open-log' })
  })
})

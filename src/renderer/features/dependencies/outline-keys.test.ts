import { describe, expect, test } from 'vitest'
import { outlineStep } from './outline-keys.ts'
import type { OutlineLine } from './outline-order.ts'

const graph = (id: string) => ({ id, name: id, nodes: new Map(), edges: [], others: 0 })
const session = (id: string, folded: boolean): OutlineLine => ({
  kind: 'session',
  key: `session:${id}`,
  graph: graph(id),
  folded,
})
const node = (
  id: string,
  level: number,
  under: string | null,
  kind: 'process' | 'missing' = 'process',
): OutlineLine => ({
  kind: 'node',
  key: id,
  node: { kind, id, sessionId: 's', name: id },
  level,
  under,
})

const lines = [
  session('one', true),
  session('two', false),
  node('a', 2, 'session:two'),
  node('b', 3, 'a'),
  node('c', 2, 'session:two', 'missing'),
]

const stepAt = (key: string, at: number) => {
  const step = outlineStep(key, lines, at)
  return step?.kind === 'move' ? step.line.key : step
}

describe('keys of the outline', () => {
  test.each([
    ['ArrowDown', 2, 'b'],
    ['j', 2, 'b'],
    ['ArrowDown', 4, 'c'],
    ['ArrowUp', 2, 'session:two'],
    ['k', 0, 'session:one'],
    ['Home', 3, 'session:one'],
    ['End', 0, 'c'],
    ['PageDown', 0, 'c'],
    ['PageUp', 4, 'session:one'],
    ['ArrowRight', 2, 'b'],
    ['ArrowRight', 1, 'a'],
    ['ArrowLeft', 3, 'a'],
    ['ArrowLeft', 2, 'session:two'],
    [' ', 3, 'b'],
  ])('%s at line %i goes to %s', (key, at, to) => {
    expect(stepAt(key, at)).toBe(to)
  })

  test('left and right fold and open sessions', () => {
    expect(stepAt('ArrowRight', 0)).toEqual({ kind: 'fold', sessionId: 'one', folded: false })
    expect(stepAt('ArrowLeft', 1)).toEqual({ kind: 'fold', sessionId: 'two', folded: true })
    expect(stepAt('ArrowLeft', 0)).toBeNull()
    expect(stepAt('ArrowRight', 3)).toBeNull()
  })

  test('Enter opens a process or a session, and nothing where there is no process', () => {
    expect(stepAt('Enter', 3)).toEqual({ kind: 'open', id: 'b' })
    expect(stepAt('Enter', 0)).toEqual({ kind: 'fold', sessionId: 'one', folded: false })
    expect(stepAt('Enter', 4)).toBeNull()
  })

  test('Escape leaves; other keys are not its own', () => {
    expect(stepAt('Escape', 2)).toEqual({ kind: 'leave' })
    expect(stepAt('x', 2)).toBeNull()
    expect(outlineStep('ArrowDown', [], 0)).toBeNull()
  })
})

import { describe, expect, test } from 'vitest'
import type { SessionGraph } from './graph.ts'
import { foldAbove, layoutInputOf, shownGraph } from './use-graph.ts'

const graph = (id: string, size: number): SessionGraph => ({
  id,
  name: id,
  nodes: new Map(
    Array.from({ length: size }, (_, index) => {
      const node = `${id}-${index}`
      return [node, { kind: 'process', id: node, sessionId: id, name: node }]
    }),
  ),
  edges: [],
  others: 0,
})
const untouched = new Map<string, boolean>()
const half = foldAbove / 2

describe('what is shown of the dependences', () => {
  test('all sessions with titles, or one without', () => {
    const all = [graph('a', 3), graph('b', 3)]
    expect(shownGraph(all, null, untouched)).toMatchObject({ graphs: all, titled: true, session: null })
    expect(shownGraph(all, 'b', untouched)).toMatchObject({ graphs: [all[1]], titled: false, session: all[1] })
  })

  test('a session that has no dependences any more gives way to all', () => {
    expect(shownGraph([graph('a', 3)], 'gone', untouched)).toMatchObject({ session: null, titled: false })
  })

  test('sessions are folded from the limit on, until a person opens one', () => {
    const small = [graph('a', half), graph('b', half)]
    expect(shownGraph(small, null, untouched).isFolded('a')).toBe(false)
    const large = [graph('a', half), graph('b', half + 1)]
    expect(shownGraph(large, null, untouched).isFolded('a')).toBe(true)
    expect(shownGraph(large, null, new Map([['a', false]])).isFolded('a')).toBe(false)
    expect(shownGraph(small, null, new Map([['b', true]])).isFolded('b')).toBe(true)
  })

  test('one session alone is never folded', () => {
    const only = shownGraph([graph('a', foldAbove * 2)], null, new Map([['a', true]]))
    expect(only.isFolded('a')).toBe(false)
  })
})

test('what decides the places knows nothing of status, and joins the dependences of one pair', () => {
  const edge = (label: string, holds: boolean) => ({
    id: label,
    parentId: 'a-0',
    childId: 'a-1',
    row: {
      sessionId: 'a',
      parent: { kind: 'process', id: 'a-0' },
      required: { kind: 'state', label },
      childId: 'a-1',
      onLoss: 'keep',
      holds,
    } as const,
  })
  const input = (holds: boolean) =>
    layoutInputOf(shownGraph([{ ...graph('a', 2), edges: [edge('x', holds), edge('y', !holds)] }], null, untouched))
  expect(input(true)).toEqual(input(false))
  expect(input(true).blocks).toEqual([
    { kind: 'open', id: 'a', nodes: ['a-0', 'a-1'], pairs: [{ parentId: 'a-0', childId: 'a-1' }] },
  ])
})

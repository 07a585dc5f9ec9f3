import { expect, test } from 'vitest'
import { edgeLabel, placeLabels } from './edge-labels.ts'

const label = (id: string, ...places: [number, number][]) => {
  const [first = { x: 0, y: 0 }, ...others] = places.map(([x, y]) => ({ x, y }))
  return { id, text: 'ready', places: [first, ...others] as const }
}

test('a label gives way to an earlier one, along its own edge', () => {
  const placed = placeLabels([label('a', [0, 0]), label('b', [5, 10], [5, 15], [5, 16]), label('c', [60, 0])])
  expect([...placed]).toEqual([
    ['a', { x: 0, y: 0 }],
    ['b', { x: 5, y: 16 }],
    ['c', { x: 60, y: 0 }],
  ])
})

test('where there is no room it stands where it would stand alone', () =>
  expect(placeLabels([label('a', [0, 0]), label('b', [1, 1], [2, 2])]).get('b')).toEqual({ x: 1, y: 1 }))

test('an edge whose parent only has to run has no label and takes no room', () => {
  expect(edgeLabel({ required: { kind: 'up' } })).toBe('')
  const placed = placeLabels([{ ...label('a', [0, 0]), text: '' }, label('b', [0, 0], [0, 99])])
  expect([...placed]).toEqual([['b', { x: 0, y: 0 }]])
})

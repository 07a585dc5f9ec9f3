import { describe, expect, test } from 'vitest'
import { noSelection, selectAll, selectAt, withoutGone } from './selection.ts'

const lines = [
  { key: 'group:a', id: null },
  { key: '1', id: '1' },
  { key: '2', id: '2' },
  { key: 'group:b', id: null },
  { key: '3', id: '3' },
]
const ids = (selection: { selected: ReadonlySet<string> }) => [...selection.selected]

describe('selecting lines', () => {
  test('a click takes one, with Ctrl one more, with Shift all between', () => {
    const one = selectAt(noSelection, lines, 1, 'only')
    expect(ids(one)).toEqual(['1'])
    const two = selectAt(one, lines, 4, 'toggle')
    expect(ids(two)).toEqual(['1', '3'])
    expect(ids(selectAt(two, lines, 4, 'toggle'))).toEqual(['1'])
    expect(ids(selectAt(one, lines, 4, 'extend'))).toEqual(['1', '2', '3'])
  })

  test('extending back and forth keeps its anchor', () => {
    const far = selectAt(selectAt(noSelection, lines, 2, 'only'), lines, 4, 'extend')
    const near = selectAt(far, lines, 1, 'extend')
    expect(ids(near)).toEqual(['1', '2'])
    expect(near.cursor).toBe('1')
  })

  test('a group can have the keyboard but is not selected, and the details stay', () => {
    const on = selectAt(selectAt(noSelection, lines, 1, 'only'), lines, 0, 'only')
    expect(on).toMatchObject({ cursor: 'group:a', shown: '1' })
    expect(ids(on)).toEqual([])
  })

  test('everything, and what is left when rows go', () => {
    const all = selectAll(selectAt(noSelection, lines, 4, 'only'), lines)
    expect(ids(all)).toEqual(['1', '2', '3'])
    const left = withoutGone(all, (id) => id !== '3')
    expect(ids(left)).toEqual(['1', '2'])
    expect(left.shown).toBeNull()
    expect(withoutGone(left, (id) => id !== '3')).toBe(left)
  })
})

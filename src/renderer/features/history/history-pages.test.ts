import { describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../../shared/domain/rows.ts'
import { withNewest, withOlder } from './history-pages.ts'

const page = (from: number, to: number): HistoryEntry[] =>
  Array.from({ length: from - to + 1 }, (_, index) => ({
    id: from - index,
    at: from - index,
    actor: 'user',
    why: null,
    what: { kind: 'note', text: '' },
  }))
const ids = ({ entries }: { entries: readonly HistoryEntry[] }) => entries.map(({ id }) => id)

describe('pages of a history', () => {
  test('a short first page is all there is', () => {
    expect(withNewest(null, page(2, 1), 3)).toMatchObject({ hasOlder: false })
    expect(withNewest(null, page(9, 7), 3)).toMatchObject({ hasOlder: true })
  })

  test('older pages follow, without what was known already', () => {
    const first = withNewest(null, page(9, 7), 3)
    const second = withOlder(first, page(7, 5), 3)
    expect(ids(second)).toEqual([9, 8, 7, 6, 5])
    expect(second.hasOlder).toBe(true)
    expect(withOlder(second, page(4, 3), 3)).toMatchObject({ hasOlder: false })
  })

  test('reading the newest again keeps the older pages', () => {
    const known = withOlder(withNewest(null, page(9, 7), 3), page(6, 4), 3)
    const next = withNewest(known, page(10, 8), 3)
    expect(ids(next)).toEqual([10, 9, 8, 7, 6, 5, 4])
    expect(next.hasOlder).toBe(true)
  })

  test('after a gap the older pages are read anew, so that nothing is missing between', () => {
    const known = withOlder(withNewest(null, page(9, 7), 3), page(6, 4), 3)
    const next = withNewest(known, page(20, 18), 3)
    expect(ids(next)).toEqual([20, 19, 18])
    expect(next.hasOlder).toBe(true)
  })
})

import { create } from 'zustand'
import { noRows, type Rows } from './rows.ts'
import { useRows } from './rows-store.ts'

// Order, groups and counts of thousands of rows follow at this pace; each row itself changes at once.
const settleMs = 200

/** The rows as of the last time their order was worked out. */
export const useSettledRows = create<{ readonly rows: Rows }>()(() => ({ rows: noRows }))

let timer: ReturnType<typeof setTimeout> | undefined
let changed = false

function settle(): void {
  changed = false
  useSettledRows.setState({ rows: useRows.getState() })
  timer = setTimeout(() => {
    timer = undefined
    if (changed) settle()
  }, settleMs)
}

useRows.subscribe((now, before) => {
  if (now.structure === before.structure) return
  if (timer === undefined) settle()
  else changed = true
})

/** Acts once the settled rows hold what is waited for, at once where they do. Rows come with the feed, after answers. */
export function onceSettled(isThere: (rows: Rows) => boolean, act: () => void): void {
  if (isThere(useSettledRows.getState().rows)) {
    act()
    return
  }
  const stop = useSettledRows.subscribe(({ rows }) => {
    if (!isThere(rows)) return
    stop()
    act()
  })
}

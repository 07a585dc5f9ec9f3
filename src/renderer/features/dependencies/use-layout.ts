import { startTransition, useEffect, useState } from 'react'
import type { Layout, LayoutInput } from './layout.ts'
import type { LayoutAnswer, LayoutRequest } from './layout-worker.ts'

export type LayoutState =
  /** The first one is not there yet. */
  | { readonly kind: 'pending' }
  /** The latest; that of a graph which has just changed follows. */
  | { readonly kind: 'ready'; readonly layout: Layout }
  /** The worker does not run here. */
  | { readonly kind: 'failed' }

type Placing = { place(input: LayoutInput): Promise<Layout | null> }

/** A worker that answers one request after the other; null for each once it has failed. */
function startPlacing(): Placing {
  const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (layout: Layout | null) => void>()
  let [next, failed] = [0, false]
  worker.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => {
    waiting.get(data.id)?.(data.layout)
    waiting.delete(data.id)
  })
  worker.addEventListener('error', () => {
    failed = true
    for (const answer of waiting.values()) answer(null)
    waiting.clear()
  })
  return {
    place: (input) =>
      new Promise((answer) => {
        if (failed) answer(null)
        else {
          const request: LayoutRequest = { id: next, input }
          waiting.set(next, answer)
          next += 1
          worker.postMessage(request)
        }
      }),
  }
}

let placing: Placing | null = null
// The screen is left and entered often, mostly with the same graph.
let latest: { readonly key: string; readonly layout: Layout } | null = null

/**
 * Where everything stands, worked out in a worker. The same graph keeps the same object: `key` says everything that
 * decides the places, so that a change of status moves nothing.
 */
export function useLayout(key: string): LayoutState {
  const [state, setState] = useState<LayoutState>(() =>
    latest?.key === key ? { kind: 'ready', layout: latest.layout } : { kind: 'pending' },
  )
  useEffect(() => {
    if (latest?.key === key) {
      setState({ kind: 'ready', layout: latest.layout })
      return
    }
    let isWanted = true
    placing ??= startPlacing()
    void placing.place(JSON.parse(key) as LayoutInput).then((layout) => {
      if (layout) latest = { key, layout }
      // Hundreds of lines and nodes are drawn in slices, between which the window answers.
      if (isWanted) startTransition(() => setState(layout ? { kind: 'ready', layout } : { kind: 'failed' }))
    })
    return () => {
      isWanted = false
    }
  }, [key])
  return state
}

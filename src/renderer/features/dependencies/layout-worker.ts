import { type Layout, type LayoutInput, layOut } from './layout.ts'

// A thread of its own: hundreds of nodes take most of a second to place.

export type LayoutRequest = { readonly id: number; readonly input: LayoutInput }
export type LayoutAnswer = { readonly id: number; readonly layout: Layout }

self.addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  const answer: LayoutAnswer = { id: data.id, layout: layOut(data.input) }
  self.postMessage(answer)
})

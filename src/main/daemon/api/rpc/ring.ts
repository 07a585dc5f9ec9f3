import { randomUUID } from 'node:crypto'
import type { FeedPlace } from '../../../../shared/contract/schemas.ts'

/** A renderer applies this many events within one frame. */
const maxEventsPerPart = 500

export type RingPart<Snapshot, Event> =
  | { readonly epoch: string; readonly seq: number; readonly snapshot: Snapshot }
  | { readonly epoch: string; readonly seq: number; readonly events: Event[] }

export type FeedRing<Snapshot, Event> = {
  /** To be called after the change is visible in `snapshot()`, in the same turn of the loop. */
  publish(event: Event): void
  /**
   * Everything after `after`, then whatever comes, until `signal` aborts. Begins with a snapshot when `after` is null,
   * of another epoch, or older than the ring. A reader that asks late gets the events since in one part, or, when they
   * have fallen off the ring, a snapshot: nobody has a queue of their own.
   */
  parts(after: FeedPlace | null, signal: AbortSignal): AsyncGenerator<RingPart<Snapshot, Event>, void, undefined>
}

export type FeedRingOptions<Snapshot> = {
  /** How many events are kept for readers that lag or come back. */
  readonly capacity: number
  /** The state that all published events have led to. */
  readonly snapshot: () => Snapshot
}

/** One sequence of numbered events for all readers of a feed. Its epoch is new with every ring. */
export function createFeedRing<Snapshot, Event>({
  capacity,
  snapshot,
}: FeedRingOptions<Snapshot>): FeedRing<Snapshot, Event> {
  const epoch = randomUUID()
  /** Event number n, counted from 1, lies at n modulo capacity. */
  const slots: Event[] = []
  const waiting = new Set<() => void>()
  let last = 0

  const isKept = (seq: number) => seq <= last && seq >= last - Math.min(last, capacity)
  const eventsAfter = (seq: number): Event[] => {
    const length = Math.min(last - seq, maxEventsPerPart)
    return Array.from({ length }, (_, index) => slots[(seq + 1 + index) % capacity] as Event)
  }
  const nextPublish = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake)
    })

  async function* parts(after: FeedPlace | null, signal: AbortSignal) {
    let at = after?.epoch === epoch ? after.seq : null
    while (!signal.aborted) {
      if (at === null || !isKept(at)) {
        at = last
        yield { epoch, seq: at, snapshot: snapshot() }
      } else if (at < last) {
        const events = eventsAfter(at)
        at += events.length
        yield { epoch, seq: at, events }
      } else {
        await nextPublish(signal)
      }
    }
  }
  return {
    publish: (event) => {
      last += 1
      slots[last % capacity] = event
      for (const wake of [...waiting]) wake()
    },
    parts,
  }
}

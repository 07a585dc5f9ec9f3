import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FeedPlace } from '../../../../shared/contract/schemas.ts'
import { createFeedRing, type FeedRing, type RingPart } from './ring.ts'

type Snapshot = readonly number[]
type Part = RingPart<Snapshot, number>

/** A publisher whose state is the list of all events so far. */
function publisher(capacity: number) {
  const state: number[] = []
  const ring = createFeedRing<Snapshot, number>({ capacity, snapshot: () => [...state] })
  const publish = () => {
    state.push(state.length)
    ring.publish(state.length - 1)
  }
  return { state, ring, publish }
}

/** Reads like a face: keeps a state and a place, and may be cut off at any time. */
function reader(ring: FeedRing<Snapshot, number>) {
  let place: FeedPlace | null = null
  let state: number[] = []
  let stop = new AbortController()
  let parts = ring.parts(null, stop.signal)
  let asked: Promise<IteratorResult<Part, void>> | null = null
  const take = (part: Part) => {
    place = { epoch: part.epoch, seq: part.seq }
    if ('snapshot' in part) state = [...part.snapshot]
    else {
      expect(part.events.length).toBeGreaterThan(0)
      expect(part.events.length).toBeLessThanOrEqual(500)
      // No gap and no duplicate: the next number is the length of the list so far.
      for (const event of part.events) {
        expect(event).toBe(state.length)
        state.push(event)
      }
    }
  }
  return {
    state: () => state,
    /** Asks for a part unless it waits for one already, and takes what is there. */
    step: async () => {
      asked ??= parts.next()
      const got = await Promise.race([asked, turns()])
      if (got === null) return false
      asked = null
      if (!got.done) take(got.value)
      return !got.done
    },
    reconnect: () => {
      stop.abort()
      stop = new AbortController()
      parts = ring.parts(place, stop.signal)
      asked = null
    },
    stop: () => stop.abort(),
  }
}

/** Longer than any part that is ready takes to come. */
async function turns(): Promise<null> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  return null
}

const never = new AbortController().signal

async function next(parts: AsyncGenerator<Part, void>): Promise<Part> {
  const { value } = await parts.next()
  if (!value) throw new Error('the feed ended')
  return value
}

describe('a feed', () => {
  test('leads every reader to the state of the publisher, however they interleave', async () => {
    const command = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('publish' as const), times: fc.integer({ min: 1, max: 12 }) }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), who: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), who: fc.nat(2) }) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.array(command, { maxLength: 60 }),
        async (capacity, commands) => {
          const { state, ring, publish } = publisher(capacity)
          const readers = [reader(ring), reader(ring), reader(ring)] as const
          for (const each of commands) {
            if (each.kind === 'publish') for (let time = 0; time < each.times; time += 1) publish()
            else if (each.kind === 'read') await readers[each.who]?.step()
            else readers[each.who]?.reconnect()
          }
          for (const one of readers) {
            while (await one.step());
            expect(one.state()).toEqual(state)
            one.stop()
          }
        },
      ),
    )
  })

  test('begins with a snapshot and goes on with numbered events', async () => {
    const { ring, publish } = publisher(10)
    publish()
    const parts = ring.parts(null, never)
    expect(await next(parts)).toMatchObject({ seq: 1, snapshot: [0] })
    publish()
    publish()
    expect(await next(parts)).toMatchObject({ seq: 3, events: [1, 2] })
  })

  test('resumes behind a place of its own epoch', async () => {
    const { ring, publish } = publisher(10)
    publish()
    const { epoch } = await next(ring.parts(null, never))
    publish()
    expect(await next(ring.parts({ epoch, seq: 1 }, never))).toMatchObject({ seq: 2, events: [1] })
  })

  test.each([
    ['a place of another epoch', (epoch: string) => ({ epoch: `${epoch}x`, seq: 4 })],
    ['a number that fell off the ring', (epoch: string) => ({ epoch, seq: 1 })],
    ['a number that was not given yet', (epoch: string) => ({ epoch, seq: 9 })],
  ])('gives a snapshot for %s', async (_, placeOf) => {
    const { ring, publish } = publisher(2)
    const { epoch } = await next(ring.parts(null, never))
    for (let time = 0; time < 4; time += 1) publish()
    expect(await next(ring.parts(placeOf(epoch), never))).toMatchObject({ seq: 4, snapshot: [0, 1, 2, 3] })
  })

  test('sends at most 500 events in a part', async () => {
    const { ring, publish } = publisher(2000)
    const parts = ring.parts(null, never)
    await next(parts)
    for (let time = 0; time < 1200; time += 1) publish()
    const sizes = [await next(parts), await next(parts), await next(parts)].map((part) =>
      'events' in part ? part.events.length : null,
    )
    expect(sizes).toEqual([500, 500, 200])
  })

  test('ends when its reader leaves, and leaves the others waiting in peace', async () => {
    const { ring, publish } = publisher(10)
    const leaving = new AbortController()
    const left = ring.parts(null, leaving.signal)
    const staying = ring.parts(null, never)
    await next(left)
    await next(staying)
    const last = left.next()
    const other = staying.next()
    leaving.abort()
    expect(await last).toEqual({ done: true, value: undefined })
    publish()
    expect(await other).toMatchObject({ value: { events: [0] } })
  })
})

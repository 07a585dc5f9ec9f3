import { describe, expect, test } from 'vitest'
import { idleLink, type Link, type LinkEvent, stepLink, wakeAt } from './link.ts'

/** Plays events and notes at which times a try was made. */
function play(events: readonly LinkEvent[], from: Link = idleLink): { link: Link; tries: number } {
  let link = from
  let tries = 0
  for (const event of events) {
    const step = stepLink(link, event, 0)
    link = step.link
    if (step.connect) tries += 1
  }
  return { link, tries }
}

/** Lets time pass for a host that fails every try until `end`; the times of the tries. */
function failUntil(from: Link, end: number): { link: Link; times: number[] } {
  let link = from
  const times: number[] = []
  for (;;) {
    const at = wakeAt(link)
    if (at === null || at > end) return { link, times }
    const step = stepLink(link, { kind: 'due', at }, 0)
    link = step.link
    if (!step.connect) continue
    times.push(at)
    link = stepLink(link, { kind: 'failed', at: at + 10 }, 0).link
  }
}

const wanted = (at: number, insist = false): LinkEvent => ({ kind: 'wanted', at, insist })
const connected = play([wanted(0), { kind: 'connected', at: 300 }]).link
const refused: LinkEvent = { kind: 'refused', at: 300, because: 'authentication', key: null }

test('it is contacted when it is first needed, once', () => {
  const { link, tries } = play([wanted(5), wanted(6), wanted(7, true)])
  expect(link.state).toEqual({ kind: 'connecting', since: 5 })
  expect(tries).toBe(1)
  expect(connected.state).toEqual({ kind: 'connected', since: 300 })
  expect(wakeAt(connected)).toBeNull()
})

describe('a lost link', () => {
  test('is tried at once, then ever more rarely; after a minute the host is unreachable', () => {
    const loss = stepLink(connected, { kind: 'lost', at: 100_000 }, 0)
    expect(loss.connect).toBe(true)
    expect(loss.link.state).toEqual({ kind: 'reconnecting', since: 100_000, attempt: 1, retryAt: 100_000 })
    const first = stepLink(loss.link, { kind: 'failed', at: 100_000 }, 0).link
    expect(first.state).toMatchObject({ kind: 'reconnecting', since: 100_000, attempt: 2, retryAt: 101_000 })

    const minute = failUntil(first, 159_999)
    expect(minute.times.map((at) => Math.round((at - 100_000) / 1000))).toEqual([1, 3, 7, 15, 31])
    expect(minute.link.state.kind).toBe('reconnecting')
    const later = failUntil(minute.link, 1_100_000)
    expect(later.link.state).toMatchObject({ kind: 'unreachable', since: 100_000 })
    const gaps = later.times.slice(1).map((at, index) => at - (later.times[index] ?? 0))
    expect(gaps.every((gap) => gap >= 60_000 && gap < 61_000)).toBe(true)
  })

  test('becomes unreachable after a minute also while a try hangs', () => {
    const { link } = stepLink(connected, { kind: 'lost', at: 100_000 }, 0)
    expect(wakeAt(link)).toBe(160_000)
    const later = stepLink(link, { kind: 'due', at: 160_000 }, 0)
    expect(later.link.state.kind).toBe('unreachable')
    expect(later.connect).toBe(false)
    expect(play([{ kind: 'connected', at: 161_000 }], later.link).link.state.kind).toBe('connected')
  })

  test('that breaks again and again at once is not tried without a pause', () => {
    let link = connected
    const pauses: number[] = []
    for (let at = 1000; pauses.length < 8; ) {
      link = stepLink(link, { kind: 'lost', at }, 0).link
      const due = wakeAt(link) ?? at
      pauses.push(due - at)
      link = play(
        [
          { kind: 'due', at: due },
          { kind: 'connected', at: due },
        ],
        link,
      ).link
      at = due + 100
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  })

  test('that lasted is tried at once each time', () => {
    let link = connected
    for (let at = 5000; at < 50_000; at += 5000) {
      const loss = stepLink(link, { kind: 'lost', at }, 0)
      expect(loss.connect).toBe(true)
      link = play([{ kind: 'connected', at: at + 500 }], loss.link).link
    }
  })
})

describe('a first try that fails', () => {
  const down = play([wanted(1000), { kind: 'failed', at: 1500 }]).link

  test('makes the host unreachable since that try, and is repeated', () => {
    expect(down.state).toEqual({ kind: 'unreachable', since: 1000, retryAt: 2500 })
    const { link, times } = failUntil(down, 20_000)
    expect(times.length).toBe(4)
    expect(link.state).toMatchObject({ kind: 'unreachable', since: 1000 })
  })

  test('is repeated for whoever needs it, yet not for each of many', () => {
    expect(play([wanted(1600), wanted(1700)], down).tries).toBe(0)
    expect(play([wanted(6500), wanted(6501)], down).tries).toBe(1)
    expect(play([wanted(1600, true)], down).tries).toBe(1)
  })
})

describe('a host that refused', () => {
  const { link } = play([wanted(0), refused])

  test('is never tried again unasked', () => {
    expect(link.state).toEqual({ kind: 'refused', since: 300, because: 'authentication', key: null })
    expect(wakeAt(link)).toBeNull()
    expect(play([wanted(1_000_000), { kind: 'due', at: 2_000_000 }, { kind: 'lost', at: 3_000_000 }], link)).toEqual({
      link,
      tries: 0,
    })
  })

  test('is tried again by insisting', () => {
    const again = play([wanted(9000, true)], link)
    expect(again.tries).toBe(1)
    expect(again.link.state).toEqual({ kind: 'connecting', since: 9000 })
  })

  test('while it was being reconnected stops the tries', () => {
    const refusedLater = play([{ kind: 'lost', at: 100_000 }, refused], connected).link
    expect(refusedLater.state.kind).toBe('refused')
    expect(wakeAt(refusedLater)).toBeNull()
  })
})

test('a closed link is idle, and what comes too late changes nothing', () => {
  const { link } = play(
    [{ kind: 'closed' }, { kind: 'failed', at: 5 }, { kind: 'connected', at: 6 }, refused],
    connected,
  )
  expect(link).toEqual(idleLink)
})

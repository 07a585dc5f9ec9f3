import type { HostKey, HostState, RefusalCause } from '../../../../shared/domain/host.ts'
import { assertNever } from '../../../../shared/domain/result.ts'
import { retryDelayMs } from './back-off.ts'

/** The states of a host that ssh reaches. */
export type RemoteState = Exclude<HostState, { kind: 'local' }>

/** All that decides when a host is tried. Times are milliseconds since 1970 UTC. */
export type Link = {
  readonly state: RemoteState
  /** A try is under way. */
  readonly trying: boolean
  /** Tries that came to nothing, or to a connection that broke at once, since it last was well. */
  readonly failedTries: number
  /** When a try last came to its end. */
  readonly triedAt: number | null
}

export type LinkEvent =
  /** Somebody needs it; with `insist` a person wants a try now. */
  | { readonly kind: 'wanted'; readonly at: number; readonly insist: boolean }
  /** The time that `wakeAt` told has come. */
  | { readonly kind: 'due'; readonly at: number }
  | { readonly kind: 'connected'; readonly at: number }
  | { readonly kind: 'lost'; readonly at: number }
  | { readonly kind: 'failed'; readonly at: number }
  | { readonly kind: 'refused'; readonly at: number; readonly because: RefusalCause; readonly key: HostKey | null }
  | { readonly kind: 'closed' }

export type LinkStep = { readonly link: Link; readonly connect: boolean }

/** For so long a lost link is a hiccup (`reconnecting`); after it the host counts as unreachable. */
const hiccupMs = 60_000

/** A connection that broke sooner was no success: else a server that hangs up at once would be tried without a pause. */
const wellAfterMs = 3000

/** Whoever needs an unreachable host has it tried at once, but many who need it do so no more often than this. */
const wantedGapMs = 5000

export const idleLink: Link = { state: { kind: 'idle' }, trying: false, failedTries: 0, triedAt: null }

/** What becomes of a link by an event. `random` (0 to below 1) spreads the tries. Events out of place change nothing. */
export function stepLink(link: Link, event: LinkEvent, random: number): LinkStep {
  switch (event.kind) {
    case 'wanted':
      return wanted(link, event.at, event.insist)
    case 'due':
      return due(link, event.at)
    case 'connected':
      if (!link.trying) return unchanged(link)
      return unchanged({ ...link, state: { kind: 'connected', since: event.at }, trying: false, triedAt: event.at })
    case 'lost':
      return lost(link, event.at, random)
    case 'failed':
      return failed(link, event.at, random)
    case 'refused':
      if (!link.trying) return unchanged(link)
      return unchanged({
        state: { kind: 'refused', since: event.at, because: event.because, key: event.key },
        trying: false,
        failedTries: 0,
        triedAt: event.at,
      })
    case 'closed':
      return unchanged(idleLink)
    default:
      return assertNever(event)
  }
}

/** When the next `due` is to come; null where nothing but an event from outside changes this link. */
export function wakeAt({ state, trying }: Link): number | null {
  switch (state.kind) {
    case 'reconnecting':
      return trying ? state.since + hiccupMs : Math.min(state.retryAt, state.since + hiccupMs)
    case 'unreachable':
      return trying ? null : state.retryAt
    case 'idle':
    case 'connecting':
    case 'connected':
    case 'refused':
      return null
    default:
      return assertNever(state)
  }
}

const unchanged = (link: Link): LinkStep => ({ link, connect: false })
const tried = (link: Link): LinkStep => ({ link: { ...link, trying: true }, connect: true })

function wanted(link: Link, at: number, insist: boolean): LinkStep {
  if (link.trying) return unchanged(link)
  switch (link.state.kind) {
    case 'idle':
      return tried({ ...link, state: { kind: 'connecting', since: at } })
    case 'refused':
      return insist ? tried({ ...link, state: { kind: 'connecting', since: at } }) : unchanged(link)
    case 'reconnecting':
    case 'unreachable':
      return insist || at - (link.triedAt ?? 0) >= wantedGapMs ? tried(link) : unchanged(link)
    case 'connecting':
    case 'connected':
      return unchanged(link)
    default:
      return assertNever(link.state)
  }
}

function due(link: Link, at: number): LinkStep {
  const { state } = link
  if (state.kind !== 'reconnecting' && state.kind !== 'unreachable') return unchanged(link)
  const isHiccup = state.kind === 'reconnecting' && at - state.since < hiccupMs
  const now: Link = isHiccup
    ? link
    : { ...link, state: { kind: 'unreachable', since: state.since, retryAt: state.retryAt } }
  return !link.trying && at >= state.retryAt ? tried(now) : unchanged(now)
}

function lost(link: Link, at: number, random: number): LinkStep {
  if (link.state.kind !== 'connected') return unchanged(link)
  const wasWell = at - link.state.since >= wellAfterMs
  const failedTries = wasWell ? 0 : link.failedTries + 1
  const delay = retryDelayMs(failedTries, random)
  const next: Link = {
    ...link,
    state: { kind: 'reconnecting', since: at, attempt: 1, retryAt: at + delay },
    failedTries,
  }
  return delay === 0 ? tried(next) : unchanged(next)
}

function failed(link: Link, at: number, random: number): LinkStep {
  const { state } = link
  if (!link.trying) return unchanged(link)
  const failedTries = link.failedTries + 1
  const retryAt = at + retryDelayMs(failedTries, random)
  const next = { trying: false, failedTries, triedAt: at }
  switch (state.kind) {
    case 'connecting':
    case 'unreachable':
      return unchanged({ ...next, state: { kind: 'unreachable', since: state.since, retryAt } })
    case 'reconnecting':
      if (at - state.since >= hiccupMs) {
        return unchanged({ ...next, state: { kind: 'unreachable', since: state.since, retryAt } })
      }
      return unchanged({ ...next, state: { ...state, attempt: state.attempt + 1, retryAt } })
    case 'idle':
    case 'connected':
    case 'refused':
      return unchanged(link)
    default:
      return assertNever(state)
  }
}

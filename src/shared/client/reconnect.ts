import type { Failure, Result } from '../domain/result.ts'
import type { Channel } from './channel.ts'
import { type LinkEvents, runConnection } from './link.ts'
import { pause } from './pause.ts'
import type { ClientState } from './state.ts'

/** A restarted daemon is there again within this time; waiting doubles from here. */
const firstBackoffMs = 50
/** A person who brings the daemon back should not wait longer than this for the window to notice. */
const lastBackoffMs = 5000

export type ReconnectOptions = {
  readonly connect: () => Promise<Result<Channel>>
  readonly once: boolean
  /** Closes the connection and ends all attempts. */
  readonly signal: AbortSignal
  readonly events: LinkEvents & {
    readonly onDown: (why: Failure) => void
    readonly onState: (state: ClientState) => void
  }
}

/** Keeps a connection open, attempt after attempt. Resolves with the reason when there will be no other. */
export async function keepConnected({ connect, once, signal, events }: ReconnectOptions): Promise<Failure> {
  let lost = { since: Date.now(), attempt: 0 }
  events.onState({ kind: 'connecting' })
  for (;;) {
    const end = await runConnection(connect, events, signal)
    events.onDown(end.why)
    lost = end.wasUp ? { since: Date.now(), attempt: 0 } : { since: lost.since, attempt: lost.attempt + 1 }
    if (signal.aborted) return end.why
    if (end.final) {
      events.onState({ kind: 'refused', message: end.why.message, hint: end.why.hint })
      return end.why
    }
    events.onState({ kind: 'disconnected', ...lost })
    if (once) return end.wasUp ? end.why : { ...end.why, code: 'unreachable' }
    await pause(Math.min(firstBackoffMs * 2 ** lost.attempt, lastBackoffMs), signal)
    if (signal.aborted) return end.why
  }
}

import { create } from 'zustand'
import type { ClientState } from '../../shared/client/state.ts'
import type { DaemonLinkState } from '../../shared/commands/commands.ts'
import { useRows } from './rows-store.ts'

// A daemon that is replaced at once (an upgrade, a crash that Electron repairs) is not worth an alarm.
const graceMs = 1500

type ConnectionState = {
  readonly client: ClientState
  /** How Electron main stands with the daemon; null in a browser. */
  readonly link: DaemonLinkState | null
  /** Since when what is shown may be wrong (milliseconds since 1970 UTC); null while it is live. */
  readonly lostSince: number | null
  setClient(client: ClientState): void
}

let alarm: ReturnType<typeof setTimeout> | undefined

export const useConnection = create<ConnectionState>()((set, get) => ({
  client: { kind: 'connecting' },
  link: null,
  lostSince: null,
  setClient: (client) => {
    set({ client })
    if (client.kind === 'connected') {
      clearTimeout(alarm)
      alarm = undefined
      set({ lostSince: null })
      return
    }
    const wasLive = useRows.getState().phase.kind !== 'loading' || client.kind === 'disconnected'
    if (!wasLive || alarm !== undefined || get().lostSince !== null) return
    const since = client.kind === 'disconnected' ? client.since : Date.now()
    alarm = setTimeout(() => {
      alarm = undefined
      set({ lostSince: since })
    }, graceMs)
  },
}))

export const isConnected = (): boolean => useConnection.getState().client.kind === 'connected'

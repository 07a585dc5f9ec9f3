import { type Result, success } from '../../../../shared/domain/result.ts'
import { authorityOf, type ListenAddress } from './listen-address.ts'
import type { TcpListener } from './tcp-listener.ts'

/** One user of a listener. The listener closes with its last one. */
export type Lease = { readonly listener: TcpListener; release(): Promise<void> }

export type ListenerPool = {
  /** Opens a listener, or shares the one that this daemon has at that address. */
  lease(address: ListenAddress): Promise<Result<Lease>>
  listeners(): readonly TcpListener[]
  closeAll(): Promise<void>
}

type Entry = { readonly listener: TcpListener; leases: number }

export function createListenerPool(open: (address: ListenAddress) => Promise<Result<TcpListener>>): ListenerPool {
  const entries = new Map<string, Entry>()
  // Openings wait for each other, so that two for one address share it instead of being in each other's way.
  let lastOpening: Promise<unknown> = Promise.resolve()

  const enter = async (address: ListenAddress): Promise<Result<Entry>> => {
    const known = entries.get(authorityOf(address))
    if (known) return success(known)
    const opened = await open(address)
    if (!opened.ok) return opened
    const entry = { listener: opened.value, leases: 0 }
    entries.set(authorityOf(entry.listener.address), entry)
    return success(entry)
  }
  const leave = async (entry: Entry) => {
    entry.leases -= 1
    if (entry.leases > 0) return
    entries.delete(authorityOf(entry.listener.address))
    await entry.listener.close()
  }
  const leaseNow = async (address: ListenAddress): Promise<Result<Lease>> => {
    const entered = await enter(address)
    if (!entered.ok) return entered
    const entry = entered.value
    entry.leases += 1
    let released: Promise<void> | null = null
    const release = () => {
      released ??= leave(entry)
      return released
    }
    return success({ listener: entry.listener, release })
  }

  return {
    lease: (address) => {
      const opening = lastOpening.then(() => leaseNow(address))
      lastOpening = opening.catch(() => {})
      return opening
    },
    listeners: () => [...entries.values()].map((entry) => entry.listener),
    closeAll: async () => {
      const open = [...entries.values()]
      entries.clear()
      await Promise.all(open.map((entry) => entry.listener.close()))
    },
  }
}

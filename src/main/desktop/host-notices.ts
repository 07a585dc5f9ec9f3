import { type HostState, isReachable } from '../../shared/domain/host.ts'
import { hostLostBody, hostLostTitle } from '../../shared/text/host-row.ts'
import type { NotificationCenterOptions } from './notification-center.ts'
import type { SupervisedRows } from './supervised-rows.ts'

/** A link that is back within a minute (a reboot of a router, a lid) is no news. */
const lostForMs = 60_000

type Loss = { readonly timer: ReturnType<typeof setTimeout>; close: () => void }

/** True once nobody knows what a machine does that was reached before. */
const isLost = ({ kind }: HostState): boolean => kind === 'reconnecting' || kind === 'unreachable' || kind === 'refused'

/** Tells once about a machine that is lost for a minute, and takes it back when it is there again. */
export class HostNotices {
  readonly #options: Omit<NotificationCenterOptions, 'now'>
  #rows: SupervisedRows | null = null
  /** Machines that were reached at some time: a name that never answered is nothing that was lost. */
  readonly #reached = new Set<string>()
  readonly #losses = new Map<string, Loss>()

  constructor(options: Omit<NotificationCenterOptions, 'now'>) {
    this.#options = options
  }

  /** Takes the newest rows. */
  update(next: SupervisedRows): void {
    if (this.#rows?.hosts === next.hosts) {
      this.#rows = next
      return
    }
    this.#rows = next
    for (const name of [...this.#losses.keys()]) if (!next.hosts.has(name)) this.#end(name)
    for (const { name, state } of next.hosts.values()) this.#judge(name, state)
  }

  #judge(name: string, state: HostState): void {
    if (isReachable(state)) {
      this.#reached.add(name)
      this.#end(name)
    } else if (isLost(state) && this.#reached.has(name) && !this.#losses.has(name)) {
      this.#losses.set(name, { timer: setTimeout(() => this.#tell(name), lostForMs), close: () => {} })
    }
  }

  #end(name: string): void {
    const loss = this.#losses.get(name)
    if (!loss) return
    this.#losses.delete(name)
    clearTimeout(loss.timer)
    loss.close()
  }

  #tell(name: string): void {
    const host = this.#rows?.hosts.get(name)
    const loss = this.#losses.get(name)
    if (!host || !loss || !('since' in host.state)) return
    const { isLookedAt, toast, port, onClick } = this.#options
    const notice = {
      title: hostLostTitle(host),
      body: hostLostBody(name, host.state.since, this.#unknownOn(name), Date.now()),
      processId: null,
    }
    if (isLookedAt()) {
      toast(notice)
      return
    }
    const handle = port.show(notice, { click: () => onClick(notice), gone: () => {} })
    loss.close = () => handle.close()
  }

  #unknownOn(name: string): number {
    const processes = this.#rows?.processes.values() ?? []
    return [...processes].filter(({ host, life }) => host === name && life.kind === 'unknown').length
  }
}

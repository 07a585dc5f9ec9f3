import { type HostState, localHostName } from '../../../shared/domain/host.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { SshConnection } from '../adapters/ssh/port.ts'
import type { Hosts, ProcessHost } from '../host/port.ts'

/** A machine behind ssh: the link to it, and what can be asked of it over that link. */
export type RemoteMachine = { readonly link: SshConnection; readonly host: ProcessHost }

export type OpenHosts = Hosts & {
  /** The machine with this name; made, not contacted, where it was not asked for before. */
  machine(name: string): RemoteMachine
  /** Names of all that were asked for. */
  names(): readonly string[]
  /** Closes the link and forgets the machine; what runs there goes on. */
  forget(name: string): Promise<void>
  close(): Promise<void>
}

/** This machine, and every other one as soon as somebody names it. `open` makes a machine without contacting it. */
export function createOpenHosts(local: ProcessHost, open: (name: string) => RemoteMachine): OpenHosts {
  const machines = new Map<string, RemoteMachine>()
  const listeners: ((name: string, state: HostState) => void)[] = []

  function machine(name: string): RemoteMachine {
    const known = machines.get(name)
    if (known) return known
    const made = open(name)
    machines.set(name, made)
    made.link.onState((state) => {
      for (const listener of listeners) listener(name, state)
    })
    return made
  }

  return {
    local,
    machine,
    host: (name) => (name === localHostName ? local : machine(name).host),
    state: (name) => (name === localHostName ? { kind: 'local' } : machine(name).link.state),
    ensure: async (name): Promise<Result<null>> =>
      name === localHostName ? success(null) : machine(name).link.ensure(),
    onState: (listener) => {
      listeners.push(listener)
    },
    names: () => [...machines.keys()],
    async forget(name) {
      const known = machines.get(name)
      machines.delete(name)
      await known?.link.close()
    },
    async close() {
      await Promise.all([...machines.values()].map(({ link }) => link.close()))
    },
  }
}

import { create } from 'zustand'
import type { OutputOf } from '../../shared/contract/contract.ts'
import type { Failure } from '../../shared/domain/result.ts'

export type HostTest = OutputOf<'hosts.test'>

/** The test of one host: it goes on while other hosts are looked at. */
export type HostTestRun =
  | { readonly kind: 'running'; readonly since: number; readonly cancel: () => void }
  | { readonly kind: 'done'; readonly at: number; readonly test: HostTest }
  | { readonly kind: 'failed'; readonly at: number; readonly failure: Failure }

type HostView = {
  /** The host that has the keyboard and whose details are shown. */
  readonly selected: string | null
  readonly tests: ReadonlyMap<string, HostTestRun>
}

export const useHostView = create<HostView>()(() => ({ selected: null, tests: new Map() }))

export const selectHost = (name: string): void => useHostView.setState({ selected: name })

/** Keeps what is known of the test of a host; null forgets it. */
export function setHostTest(name: string, run: HostTestRun | null): void {
  useHostView.setState(({ tests }) => {
    const next = new Map(tests)
    if (run) next.set(name, run)
    else next.delete(name)
    return { tests: next }
  })
}

import { success } from '../../../shared/domain/result.ts'
import type { HostBook } from '../hosts/host-book.ts'
import type { Handlers } from './handlers.ts'

type HostMethods = 'hosts.list' | 'hosts.add' | 'hosts.test' | 'hosts.trust' | 'hosts.remove'

/** The machines that processes run on. */
export const createHostHandlers = (book: HostBook): Pick<Handlers, HostMethods> => ({
  'hosts.list': async () => success(await book.list()),
  'hosts.add': async (added) => book.add(added),
  'hosts.remove': async ({ name }) => {
    const removed = await book.remove(name)
    return removed.ok ? success({}) : removed
  },
  'hosts.test': ({ name }, { signal }) => book.test(name, signal),
  'hosts.trust': ({ name, fingerprint }) => book.trust(name, fingerprint),
})

import { assertNever } from '../../../shared/domain/result.ts'
import type { SignalReport, TreeMember } from './port.ts'

/** Looks for the members of one tree now. */
export type FindMembers = () => Promise<readonly TreeMember[]>

/** What came of one signal; `gone` when the program had ended and its pid may be another's. */
export type Delivery =
  | { readonly kind: 'sent' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly why: string }

/**
 * Signals exactly these programs, one after the other: the start time of each is read again first. Answers in the same
 * order.
 */
export type Deliver = (members: readonly TreeMember[], signal: NodeJS.Signals) => Promise<readonly Delivery[]>

/** How one tree is looked at and signalled on its machine. */
export type TreeAccess = { readonly findMembers: FindMembers; readonly deliver: Deliver }

/** Something forked between two looks is seen by the next, so one quiet look proves nothing; a second one does. */
const quietLooks = 2

/** A tree that still grows after so many looks, some 40 ms each, is a fork bomb; then what is known gets the signal. */
const mostLooks = 25

/** Who was reached so far, and who could not be. */
class Reached {
  private readonly signalled = new Map<string, TreeMember>()
  private readonly refused = new Map<string, SignalReport['refused'][number]>()

  note(member: TreeMember, delivery: Delivery | undefined): void {
    if (delivery === undefined) return
    switch (delivery.kind) {
      case 'sent':
        this.signalled.set(keyOf(member), member)
        break
      case 'refused':
        this.refused.set(keyOf(member), { member, why: delivery.why })
        break
      case 'gone':
        break
      default:
        assertNever(delivery)
    }
  }

  report(): SignalReport {
    return { signalled: [...this.signalled.values()], refused: [...this.refused.values()] }
  }
}

const keyOf = ({ identity }: TreeMember): string => `${identity.pid}:${identity.startTime}`

async function deliverAll(members: readonly TreeMember[], signal: NodeJS.Signals, deliver: Deliver, reached: Reached) {
  const deliveries = await deliver(members, signal)
  for (const [index, member] of members.entries()) reached.note(member, deliveries[index])
}

/**
 * Stops the tree in its tracks, so that nothing new may start while the signal goes round, then sends `signal` and
 * SIGCONT to each member by pid. Should the looking fail, everything frozen is let go again before the error is thrown.
 */
export async function signalFrozenTree(tree: TreeAccess, signal: NodeJS.Signals): Promise<SignalReport> {
  const frozen = new Map<string, TreeMember>()
  const reached = new Reached()
  try {
    await freeze(tree, frozen)
    // To all before the first is let go: a parent must not see a child end and start another in its place.
    await deliverAll([...frozen.values()], signal, tree.deliver, reached)
  } finally {
    await tree.deliver([...frozen.values()], 'SIGCONT')
  }
  return reached.report()
}

async function freeze({ findMembers, deliver }: TreeAccess, frozen: Map<string, TreeMember>): Promise<void> {
  let quiet = 0
  for (let look = 0; look < mostLooks && quiet < quietLooks; look += 1) {
    const fresh = (await findMembers()).filter((member) => !frozen.has(keyOf(member)))
    // Before it is sent: what may have been stopped must be let go, whatever happens.
    for (const member of fresh) frozen.set(keyOf(member), member)
    if (fresh.length > 0) await deliver(fresh, 'SIGSTOP')
    quiet = fresh.length === 0 ? quiet + 1 : 0
  }
}

/** SIGKILL to each member by pid, parents first, until a look finds nobody new. A kill that was sent is not repeated. */
export async function killWholeTree({ findMembers, deliver }: TreeAccess): Promise<SignalReport> {
  const tried = new Set<string>()
  const reached = new Reached()
  for (let look = 0; look < mostLooks; look += 1) {
    const fresh = (await findMembers()).filter((member) => !tried.has(keyOf(member)))
    if (fresh.length === 0) break
    for (const member of fresh) tried.add(keyOf(member))
    await deliverAll(fresh, 'SIGKILL', deliver, reached)
  }
  return reached.report()
}

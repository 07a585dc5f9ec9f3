import { resume, sendSignal } from './identity.ts'
import type { SignalReport, TreeMember } from './port.ts'
import { Slices } from './slices.ts'

/** Looks for the members of one tree now. */
export type FindMembers = () => Promise<readonly TreeMember[]>

/** Something forked between two looks is seen by the next, so one quiet look proves nothing; a second one does. */
const quietLooks = 2

/** A tree that still grows after so many looks, some 40 ms each, is a fork bomb; then what is known gets the signal. */
const mostLooks = 25

type Reached = { readonly signalled: Map<string, TreeMember>; readonly refused: Map<string, Refusal> }
type Refusal = SignalReport['refused'][number]

const keyOf = ({ identity }: TreeMember): string => `${identity.pid}:${identity.startTime}`

function deliver(member: TreeMember, signal: NodeJS.Signals, reached: Reached): void {
  const delivery = sendSignal(member.identity, signal)
  switch (delivery.kind) {
    case 'sent':
      reached.signalled.set(keyOf(member), member)
      break
    case 'refused':
      reached.refused.set(keyOf(member), { member, why: delivery.why })
      break
    case 'gone':
      break
  }
}

/** In slices: a tree may have hundreds of members. */
async function forEach(members: Iterable<TreeMember>, act: (member: TreeMember) => void): Promise<void> {
  const slices = new Slices()
  for (const member of members) {
    act(member)
    await slices.breathe()
  }
}

const nobodyReached = (): Reached => ({ signalled: new Map(), refused: new Map() })

const report = (reached: Reached): SignalReport => ({
  signalled: [...reached.signalled.values()],
  refused: [...reached.refused.values()],
})

/**
 * Stops the tree in its tracks, so that nothing new may start while the signal goes round, then sends `signal` and
 * SIGCONT to each member by pid. Should the looking fail, everything frozen is let go again before the error is thrown.
 */
export async function signalFrozenTree(findMembers: FindMembers, signal: NodeJS.Signals): Promise<SignalReport> {
  const frozen = new Map<string, TreeMember>()
  const reached = nobodyReached()
  try {
    await freeze(findMembers, frozen)
    // To all before the first is let go: a parent must not see a child end and start another in its place.
    await forEach(frozen.values(), (member) => deliver(member, signal, reached))
  } finally {
    await forEach(frozen.values(), (member) => resume(member.identity))
  }
  return report(reached)
}

async function freeze(findMembers: FindMembers, frozen: Map<string, TreeMember>): Promise<void> {
  let quiet = 0
  for (let look = 0; look < mostLooks && quiet < quietLooks; look += 1) {
    const fresh = (await findMembers()).filter((member) => !frozen.has(keyOf(member)))
    await forEach(fresh, (member) => {
      frozen.set(keyOf(member), member)
      sendSignal(member.identity, 'SIGSTOP')
    })
    quiet = fresh.length === 0 ? quiet + 1 : 0
  }
}

/** SIGKILL to each member by pid, parents first, until a look finds nobody new. A kill that was sent is not repeated. */
export async function killWholeTree(findMembers: FindMembers): Promise<SignalReport> {
  const tried = new Set<string>()
  const reached = nobodyReached()
  for (let look = 0; look < mostLooks; look += 1) {
    const fresh = (await findMembers()).filter((member) => !tried.has(keyOf(member)))
    if (fresh.length === 0) break
    await forEach(fresh, (member) => {
      tried.add(keyOf(member))
      deliver(member, 'SIGKILL', reached)
    })
  }
  return report(reached)
}

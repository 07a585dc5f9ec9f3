import { setTimeout as delay } from 'node:timers/promises'
import { programOf } from '../../../shared/domain/life.ts'
import type { ProcessHost } from '../host/port.ts'
import type { Engine, EngineParts } from './engine.ts'
import { hostOf, recordPathOf } from './engine.ts'
import type { Supervised } from './model.ts'
import { isAttached, unseenEnd } from './unseen-end.ts'

/** Between two looks at a tree that is being stopped: soon at first, then at under 5 % of a core. */
const looksMs = [5, 10, 20, 40, 80, 160, 250] as const
/** A shim writes the end a moment after its program is gone; after this long it never will. */
const recordPatienceMs = 500
/** Nobody outlives SIGKILL for this long but what the kernel holds (uninterruptible sleep) or what is not ours. */
const killPatienceMs = 3000

const watched = new WeakSet<Supervised>()

/**
 * Looks at the tree of a process that is being stopped until nobody is left, then reports it. Members other than the
 * program leave no record, so they have to be looked for. One watch per process at a time.
 */
export async function watchTree(engine: Engine, parts: EngineParts, supervised: Supervised): Promise<void> {
  if (watched.has(supervised)) return
  watched.add(supervised)
  try {
    await lookUntilGone(engine, parts, supervised)
  } finally {
    watched.delete(supervised)
  }
}

async function lookUntilGone(engine: Engine, parts: EngineParts, supervised: Supervised): Promise<void> {
  const { now } = parts
  const { run } = supervised.state
  let looks = 0
  let emptySince: number | null = null
  let killedAt: number | null = null
  while (supervised.state.run === run && supervised.state.life.kind === 'stopping') {
    const { life } = supervised.state
    const members = await membersOrNull(engine, parts, supervised)
    if (members === null) {
      emptySince = null
    } else if (members.length === 0) {
      emptySince ??= now()
      if (await isOver(engine, parts, supervised, emptySince)) return
    } else {
      emptySince = null
      if (life.killAt === null) killedAt ??= now()
      if (killedAt !== null && now() - killedAt > killPatienceMs && life.survivors.length === 0) {
        const pids = members.map((member) => member.identity.pid)
        engine.dispatch(supervised, { kind: 'tree-survived', at: now(), run, pids })
      }
    }
    await delay(looksMs[Math.min(looks++, looksMs.length - 1)])
  }
}

/** Null when nobody can say now, because descriptors or memory ran out: an empty tree would be a lie. */
async function membersOrNull(engine: Engine, parts: EngineParts, supervised: Supervised) {
  try {
    return await hostOf(parts, supervised).treeMembers(engine.treeTargetOf(supervised))
  } catch (error) {
    parts.log.warn({ error, process: supervised.name }, 'The tree could not be looked at; trying again')
    return null
  }
}

/** True while a spawned shim has not said anything yet; it soon will, or be gone. */
export async function isLaunching(host: ProcessHost, { launching }: Supervised): Promise<boolean> {
  if (launching === null) return false
  return launching.shimPid === null || host.hasPid(launching.shimPid)
}

/** The tree is empty: take in the program's end, if its record comes, then report that all are gone. */
async function isOver(
  engine: Engine,
  parts: EngineParts,
  supervised: Supervised,
  emptySince: number,
): Promise<boolean> {
  const { now } = parts
  const host = hostOf(parts, supervised)
  const record = host.readRecord(recordPathOf(supervised))
  const endKnown = engine.readRecord(supervised)
  const neverSpawned = record.program === null && programOf(supervised.state.life) === null
  const patienceMs = isAttached(supervised) ? 0 : recordPatienceMs
  if (!endKnown && ((await isLaunching(host, supervised)) || now() - emptySince < patienceMs)) return false
  if (!endKnown && !neverSpawned) {
    engine.end(supervised, unseenEnd(supervised, now()))
  }
  engine.treeGone(supervised)
  return true
}

import type { LiveFingerprint } from '../../../shared/domain/fingerprint.ts'
import { programOf } from '../../../shared/domain/life.ts'
import { chooseTag, noTag, scoreOfState, settleTag, type TagMemory } from '../../../shared/fingerprint/tag.ts'
import { compileCondition } from '../conditions/condition.ts'
import { type FingerprintSweep, HostUnreachable } from '../host/port.ts'
import { type Engine, type EngineParts, hostOf } from './engine.ts'
import { saveQuietly } from './journal.ts'
import { isSupervised, type OpenSession, type Supervised } from './model.ts'
import { comparableStates, sampleOf } from './sample.ts'

/** How often a process with saved states is looked at: a sample is cheap, its socket tables are not. */
const sampleMs = 5000
/** While something waits for a state of it. */
const awaitedMs = 1000

/** Recognises the saved states that processes are in. */
export type Tagger = ReturnType<typeof createTagger>

export function createTagger(engine: Engine, parts: EngineParts, sessions: () => Iterable<OpenSession>) {
  const memories = new WeakMap<Supervised, { run: number; memory: TagMemory; sampledAt: number }>()
  let isSampling = false

  const memoryOf = (supervised: Supervised) => {
    const kept = memories.get(supervised)
    const { run } = supervised.state
    if (kept?.run === run) return kept
    const label = supervised.tag?.label ?? null
    const fresh = { run, memory: label === null ? noTag : { ...noTag, tag: label }, sampledAt: 0 }
    memories.set(supervised, fresh)
    return fresh
  }

  async function sample(supervised: Supervised, sweep: FingerprintSweep): Promise<void> {
    const { run } = supervised.state
    const facts = await sampleOf(parts, supervised, sweep)
    // It has ended between two looks: its end tells that it is in no state any more.
    if (facts.fp === null || supervised.state.run !== run) return
    const whenHolds = (label: string): boolean | null => {
      const when = supervised.states.find((state) => state.label === label)?.when ?? null
      const condition = when === null ? null : compileCondition(when)
      return condition?.ok ? condition.value.evaluate(facts).held : null
    }
    const match = chooseTag(facts.fp, comparableStates(supervised), { ephemeralFrom: sweep.ephemeralFrom, whenHolds })
    const kept = memoryOf(supervised)
    kept.memory = settleTag(kept.memory, match?.label ?? null)
    const { tag } = kept.memory
    setTag(supervised, tag, match?.label === tag ? (match?.score ?? 0) : scoreNow(supervised, facts.fp, tag, sweep))
  }

  /** A state that is about to be lost, or to be followed by another, still holds with the score it has now. */
  function scoreNow(
    supervised: Supervised,
    live: LiveFingerprint,
    label: string | null,
    sweep: FingerprintSweep,
  ): number {
    const state = comparableStates(supervised).find((candidate) => candidate.label === label)
    return state ? scoreOfState(live, state, sweep.ephemeralFrom) : 0
  }

  function setTag(supervised: Supervised, label: string | null, score: number): void {
    const before = supervised.tag?.label ?? null
    supervised.tag = label === null ? null : { label, score }
    if (label === before) return
    const { session } = supervised
    saveQuietly(session, parts.log, () => session.store?.saveTag(supervised.id, supervised.tag, parts.now()))
    engine.publish(supervised)
    for (const waiter of [...supervised.waiters]) waiter()
    engine.settleSoon(session)
  }

  const isDue = (supervised: Supervised, now: number): boolean => {
    if (supervised.states.length === 0 || programOf(supervised.state.life) === null) return false
    const age = now - memoryOf(supervised).sampledAt
    // A clock that was set back counts as due.
    return age < 0 || age >= (isAwaited(supervised) ? awaitedMs : sampleMs)
  }

  async function sampleAll(): Promise<void> {
    const now = parts.now()
    const due = [...sessions()].flatMap((session) =>
      isSupervised(session) ? [...session.processes.values()].filter((supervised) => isDue(supervised, now)) : [],
    )
    if (due.length === 0) return
    // Hosts side by side: a slow one holds up nobody else.
    const byHost = Map.groupBy(due, ({ definition }) => definition.host)
    await Promise.all([...byHost.values()].map((all) => sampleHost(all, now)))
  }

  async function sampleHost(due: readonly Supervised[], now: number): Promise<void> {
    const [first] = due
    if (first === undefined) return
    // The tables of sockets are read once for all.
    const sweep = hostOf(parts, first).fingerprints()
    try {
      for (const supervised of due) {
        memoryOf(supervised).sampledAt = now
        await sample(supervised, sweep)
      }
    } catch (error) {
      if (!(error instanceof HostUnreachable)) throw error
    }
  }

  const timer = setInterval(() => {
    if (isSampling) return
    isSampling = true
    sampleAll()
      .catch((error: unknown) => parts.log.error({ error }, 'The states could not be looked at'))
      .finally(() => {
        isSampling = false
      })
  }, awaitedMs)

  return {
    /** A person says that it is in this state: no second sample is waited for. */
    declare(supervised: Supervised, label: string): void {
      memoryOf(supervised).memory = { ...noTag, tag: label }
      setTag(supervised, label, 1)
    },
    /** The states of this process were changed: a label that is gone is lost at once. */
    statesChanged(supervised: Supervised): void {
      const { tag } = memoryOf(supervised).memory
      if (tag === null || supervised.states.some((state) => state.label === tag)) return
      memoryOf(supervised).memory = noTag
      setTag(supervised, null, 0)
    },
    close: () => clearInterval(timer),
  }
}

/** Whether a blocked process waits for a state of this one. */
const isAwaited = ({ id, session }: Supervised): boolean =>
  session.dependences.some(
    ({ parent, required, childId }) =>
      parent.kind === 'process' &&
      parent.id === id &&
      required.kind === 'state' &&
      session.processes.get(childId)?.state.life.kind === 'blocked',
  )

import { isDeepStrictEqual } from 'node:util'
import { localHostName } from '../../../shared/domain/host.ts'
import type { ProgramIdentity } from '../../../shared/domain/identity.ts'
import { programOf } from '../../../shared/domain/life.ts'
import { chooseCandidate } from '../../../shared/fingerprint/choose-candidate.ts'
import { scoreOfState } from '../../../shared/fingerprint/tag.ts'
import type { Candidate, FingerprintSweep, ProcessHost } from '../host/port.ts'
import { type Engine, type EngineParts, hostOf } from './engine.ts'
import { livingArgv } from './living-argv.ts'
import { markOwner } from './mark-owner.ts'
import type { Supervised } from './model.ts'
import { comparableStates } from './sample.ts'
import { unseenEnd } from './unseen-end.ts'

/** What a look for a process that should be running, but is not known to, came to. */
export type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly identity: ProgramIdentity }
  | { readonly kind: 'several'; readonly candidates: readonly { readonly pid: number; readonly command: string }[] }

/**
 * Looks among all programs of this user for one that is this process although we did not launch it in this run: the same
 * command line, program and folder, or what its `match` rule says. A program that another record claims is never taken.
 */
export async function findRunning(
  host: ProcessHost,
  supervised: Supervised,
  everybody: () => readonly Supervised[],
): Promise<Found> {
  const { exe, cwd, match } = supervised.definition
  const argv = livingArgv(supervised.definition.argv)
  if (match === null && !(await host.hasCommandLine(argv))) return { kind: 'none' }
  // Asked after the look at the process table: another record may have taken a program meanwhile.
  const isClaimed = (pid: number) =>
    everybody().some(
      (other) => other.definition.host === host.name && programOf(other.state.life)?.identity.pid === pid,
    )
  const seen = await host.findCandidates({ argv, exe, cwd, match }, isClaimed)
  // Whoever carries the mark of another process belongs to that one, in this home or another.
  const isOthers = async ({ mark, identity }: Candidate) => {
    if (mark === null || mark.processId === supervised.id) return false
    // Which workspaces there are on another machine is not known, so any mark there is somebody's.
    if (host.name !== localHostName) return true
    return markOwner((await host.describe(identity.pid))?.env ?? null, everybody()) !== null
  }
  const candidates: Candidate[] = []
  for (const candidate of seen) {
    if (!(await isOthers(candidate)) && !isClaimed(candidate.identity.pid)) candidates.push(candidate)
  }
  if (candidates.length === 0) return { kind: 'none' }
  const sweep = host.fingerprints()
  const scored = await Promise.all(
    candidates.map(async ({ identity: { pid } }) => ({ pid, score: await bestScore(sweep, supervised, pid) })),
  )
  const choice = chooseCandidate(scored)
  switch (choice.kind) {
    case 'none':
      return { kind: 'none' }
    case 'one': {
      const chosen = candidates.find((candidate) => candidate.identity.pid === choice.pid)
      return chosen ? { kind: 'one', identity: chosen.identity } : { kind: 'none' }
    }
    case 'ambiguous':
      return {
        kind: 'several',
        candidates: candidates.map(({ identity, argv: words }) => ({ pid: identity.pid, command: words.join(' ') })),
      }
  }
}

/** How well it resembles the saved state that it resembles most; -1 where nothing is saved. */
async function bestScore(sweep: FingerprintSweep, supervised: Supervised, pid: number): Promise<number> {
  if (supervised.states.length === 0) return -1
  const live = await sweep.read(pid)
  if (live === null) return -1
  return Math.max(-1, ...comparableStates(supervised).map((state) => scoreOfState(live, state, sweep.ephemeralFrom)))
}

/** Takes what was found: adopted, or a question to a person. False when nothing was found. */
export function takeFound(engine: Engine, supervised: Supervised, found: Found, at: number): boolean {
  const cause = { actor: 'supervisor', why: 'found running' } as const
  switch (found.kind) {
    case 'none':
      return false
    case 'one':
      supervised.desired = 'up'
      engine.dispatch(supervised, { kind: 'adopted', at, program: { identity: found.identity, shimPid: null } }, cause)
      return true
    case 'several':
      // Whoever it is runs; when none of them is left, the policy decides as after any other end.
      supervised.desired = 'up'
      engine.dispatch(supervised, { kind: 'several-candidates', at, candidates: found.candidates }, cause)
      return true
  }
}

/**
 * Looks again at a process of which several programs could be it: some may have ended, or have been taken by others.
 * When none is left it has ended.
 */
export async function reconsider(
  engine: Engine,
  parts: EngineParts,
  supervised: Supervised,
  everybody: () => readonly Supervised[],
): Promise<void> {
  const { life } = supervised.state
  if (life.kind !== 'ambiguous') return
  const found = await findRunning(hostOf(parts, supervised), supervised, everybody)
  if (supervised.state.life !== life) return
  if (found.kind === 'several' && isDeepStrictEqual(found.candidates, life.candidates)) return
  const at = parts.now()
  if (!takeFound(engine, supervised, found, at)) engine.end(supervised, supervised.lastEnd ?? unseenEnd(supervised, at))
}

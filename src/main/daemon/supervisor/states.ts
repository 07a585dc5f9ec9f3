import { reservedStates } from '../../../shared/domain/dependence.ts'
import type { Fingerprint, LiveFingerprint, SavedState } from '../../../shared/domain/fingerprint.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { compileCondition } from '../conditions/condition.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { mirrorFingerprint, removeFingerprint } from '../workspace/mirror-fingerprint.ts'
import { checkAlias } from '../workspace/names.ts'
import { hostOf } from './engine.ts'
import { nameOf, type Supervised } from './model.ts'
import { fingerprintOf } from './sample.ts'
import type { Supervision } from './supervision.ts'

/** What is kept of a live fingerprint: the five lists of gutools. */
const keptOf = ({ cmdline, listen, established, udp, files }: LiveFingerprint): Fingerprint => ({
  cmdline,
  listen,
  established,
  udp,
  files,
})

/** A label names a state, and must not be taken for something else where it stands after `parent:`. */
export function checkLabel(label: string): Result<string> {
  if ((reservedStates as readonly string[]).includes(label)) {
    return failure(
      'bad_input',
      `"${label}" cannot be the name of a state: it has a meaning of its own.`,
      'Choose another word',
    )
  }
  return checkAlias(label)
}

/** Saves the fingerprint that the process has now under `label`; an earlier one stays in the history. */
export async function saveState(
  supervision: Supervision,
  supervised: Supervised,
  label: string,
): Promise<Result<SavedState>> {
  const valid = checkLabel(label)
  if (!valid.ok) return valid
  const { parts, tagger } = supervision
  const live = await fingerprintOf(supervised, hostOf(parts, supervised).fingerprints())
  if (live === null) {
    return failure(
      'not_found',
      `${nameOf(supervised)} is not running, so it is in no state that could be saved.`,
      'Start it first',
    )
  }
  const before = supervised.states.find((state) => state.label === label)
  const state: SavedState = {
    label,
    fingerprint: keptOf(live),
    // What a person saves by hand is recognised by how it looks.
    when: null,
    ignore: before?.ignore ?? [],
    require: before?.require ?? [],
    savedAt: parts.now(),
  }
  const stored = storeState(supervised, state)
  if (stored.ok) tagger.declare(supervised, label)
  return stored
}

export type StateDefinition = {
  readonly label: string
  readonly when: string | null
  readonly ignore: readonly string[] | undefined
  readonly require: readonly string[] | undefined
}

/** Defines a state by an expression, or changes what of a saved fingerprint counts. */
export function defineState(
  supervision: Supervision,
  supervised: Supervised,
  request: StateDefinition,
): Result<SavedState> {
  const valid = checkLabel(request.label)
  if (!valid.ok) return valid
  const before = supervised.states.find((state) => state.label === request.label)
  const when = request.when ?? before?.when ?? null
  if (when === null && !before) {
    return failure(
      'not_found',
      `${nameOf(supervised)} has no saved state "${request.label}".`,
      'Define it with --when, or save it with attach --state',
    )
  }
  if (when !== null) {
    const condition = compileCondition(when)
    if (!condition.ok) return condition
  }
  return storeState(supervised, {
    label: request.label,
    fingerprint: request.when === null ? (before?.fingerprint ?? null) : null,
    when,
    ignore: request.ignore ?? before?.ignore ?? [],
    require: request.require ?? before?.require ?? [],
    savedAt: supervision.parts.now(),
  })
}

export function removeState(
  supervision: Supervision,
  supervised: Supervised,
  label: string,
): Result<readonly SavedState[]> {
  const isKnown = supervised.states.some((state) => state.label === label)
  if (!isKnown) {
    return failure(
      'not_found',
      `${nameOf(supervised)} has no state "${label}".`,
      'List them with: procession session state list',
    )
  }
  try {
    supervised.session.store?.removeState(supervised.id, label)
    removeFingerprint(supervised.session.paths, supervised.name, label)
  } catch (error) {
    return fileFailure(error, `Could not remove the state in ${supervised.session.path}`)
  }
  supervised.states = supervised.states.filter((state) => state.label !== label)
  supervision.tagger.statesChanged(supervised)
  return success(supervised.states)
}

/** Adds a state or replaces the one of its label. */
export function storeState(supervised: Supervised, state: SavedState): Result<SavedState> {
  const { session } = supervised
  try {
    session.store?.saveState(supervised.id, state, 'user')
    if (state.fingerprint !== null) mirrorFingerprint(session.paths, supervised.name, state.label, state.fingerprint)
    else removeFingerprint(session.paths, supervised.name, state.label)
  } catch (error) {
    return fileFailure(error, `Could not save the state in ${session.path}`)
  }
  const others = supervised.states.filter(({ label }) => label !== state.label)
  supervised.states = [...others, state].sort((left, right) => (left.label < right.label ? -1 : 1))
  return success(state)
}

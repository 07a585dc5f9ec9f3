import type { Required } from '../domain/dependence.ts'
import { assertNever } from '../domain/result.ts'
import type { WaitingFor } from '../domain/rows.ts'

/** What a parent must become: `to be operative`, `to run`, `to be ready`, `to succeed`, `to end`. */
function toBecome(required: Required): string {
  switch (required.kind) {
    case 'up':
      return 'to run'
    case 'ready':
      return 'to be ready'
    case 'exited':
      return required.code === 0 ? 'to succeed' : 'to end'
    case 'state':
      return `to be ${required.label}`
    default:
      return assertNever(required)
  }
}

/** `master.tws to be operative (now starting)`. */
function waitingClause(waiting: WaitingFor): string {
  switch (waiting.kind) {
    case 'parent':
      return `${waiting.name} ${toBecome(waiting.required)} (${waiting.id === null ? 'it does not exist yet' : `now ${waiting.now}`})`
    case 'secrets':
      return `the values of ${waiting.names.join(', ')} (set them with: procession session secret set)`
    case 'host':
      return `the host ${waiting.name}, which ${waiting.now}`
    default:
      return assertNever(waiting)
  }
}

/** Why a process is blocked, in one sentence: `Waits for master.tws to be operative (now starting)`. */
export function waitingSentence(waitingFor: readonly WaitingFor[]): string {
  if (waitingFor.length === 0) return 'Waits for its turn'
  return `Waits for ${waitingFor.map(waitingClause).join(', and for ')}`
}

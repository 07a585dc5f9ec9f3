import type {
  EarlierOutput,
  ImportFormat,
  ImportNote,
  ImportPlan,
  PlannedDependence,
  PlannedProcess,
} from '../../../shared/domain/import-plan.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'

/** More than one session is good for; a file that asks for more is a mistake or an attack. */
export const mostProcesses = 2000
/** Copies that depend on copies multiply. */
export const mostDependences = 10_000

type Parts = {
  readonly format: ImportFormat
  readonly processes: readonly PlannedProcess[]
  readonly dependences?: readonly PlannedDependence[]
  readonly notes: readonly ImportNote[]
  readonly earlierOutput?: readonly EarlierOutput[]
}

/** The plan, unless it is too large; then the failure names the first line too many. */
export function finishPlan(path: string, parts: Parts): Result<ImportPlan> {
  const beyond = parts.processes[mostProcesses]
  if (beyond) {
    const where = beyond.line === null ? '' : ` (line ${beyond.line})`
    return failure('bad_input', `${path} describes more than ${mostProcesses} processes${where}.`, 'Split it')
  }
  const dependences = parts.dependences ?? []
  if (dependences.length > mostDependences) {
    return failure('bad_input', `${path} describes more than ${mostDependences} dependences.`, 'Split it')
  }
  return success({ ...parts, dependences, earlierOutput: parts.earlierOutput ?? [] })
}

import type { OpenSession } from './model.ts'
import type { Supervision } from './supervision.ts'

/** The session as YAML that `importInto` reads back. Without `withSecrets` secret values are dots. */
export function exportSession(_supervision: Supervision, _session: OpenSession, _withSecrets: boolean): string {
  return ''
}

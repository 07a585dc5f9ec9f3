import { localHostName } from '../../../shared/domain/host.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import type { Definition } from '../store/process-record.ts'

/** Why a program could not be executed, e.g. `/opt/tws not found on gpu-01`. */
export function execFailureText({ argv, host }: Pick<Definition, 'argv' | 'host'>, { reason }: RunEnd): string {
  const what = reason?.replace(/^could not start: /, '') ?? 'could not be started'
  return `${argv[0]} ${what}${host === localHostName ? '' : ` on ${host}`}`
}

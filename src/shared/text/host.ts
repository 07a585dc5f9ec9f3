import type { HostState, RefusalCause } from '../domain/host.ts'
import { assertNever } from '../domain/result.ts'

/** What a host does now, after its name: `gpu-01 is unreachable`. Without the time, which is shown beside it. */
export function hostNow(state: HostState): string {
  switch (state.kind) {
    case 'local':
      return 'is this machine'
    case 'idle':
      return 'was not contacted yet'
    case 'connecting':
      return 'is being connected'
    case 'connected':
      return 'is connected'
    case 'reconnecting':
      return 'was lost and is being connected again'
    case 'unreachable':
      return 'is unreachable'
    case 'refused':
      return refusalText(state.because)
    default:
      return assertNever(state)
  }
}

function refusalText(because: RefusalCause): string {
  switch (because) {
    case 'authentication':
      return 'refused the login'
    case 'unknown-key':
      return 'has a key that is not trusted yet'
    case 'changed-key':
      return 'shows another key than before'
    case 'unusable':
      return 'cannot run processes'
    default:
      return assertNever(because)
  }
}

/** Why nobody knows what runs there: `Host gpu-01 is unreachable`. */
export const hostLostReason = (name: string, state: HostState): string => `Host ${name} ${hostNow(state)}`

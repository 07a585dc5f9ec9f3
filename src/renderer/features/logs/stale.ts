import { type HostRow, isReachable } from '../../../shared/domain/host.ts'
import { formatMoment } from '../../../shared/text/durations.ts'
import { hostNow } from '../../../shared/text/host.ts'

/** Why a log of a process on this host may have grown unseen: `gpu-01 is unreachable since 10:42. ...`; null if not. */
export function staleSentence({ name, state }: Pick<HostRow, 'name' | 'state'>, now: number): string | null {
  if (isReachable(state) || state.kind === 'idle') return null
  const since = state.kind === 'unreachable' ? ` since ${formatMoment(state.since, now)}` : ''
  return `${name} ${hostNow(state)}${since}. What is shown came before.`
}

import type { HostKey, HostRow, HostState, RefusalCause } from '../domain/host.ts'
import { assertNever } from '../domain/result.ts'
import { formatLimit, formatMoment } from './durations.ts'
import { countOf } from './numbers.ts'
import type { Status } from './status.ts'

// What the Hosts screen, the status bar and notices say about a machine.

/** Its mark; null where all is well, which needs none. */
export function hostMark(state: HostState): Status | null {
  switch (state.kind) {
    case 'local':
    case 'idle':
    case 'connected':
      return null
    case 'connecting':
    case 'reconnecting':
      return 'starting'
    case 'unreachable':
      return 'unknown'
    case 'refused':
      return 'failed'
    default:
      return assertNever(state)
  }
}

const refusalWord: Readonly<Record<RefusalCause, string>> = {
  authentication: 'Login refused',
  'unknown-key': 'Key not trusted',
  'changed-key': 'Key has changed',
  unusable: 'Unusable',
}

/** Its state in one or two words: `Unreachable`. */
export function hostStateWord(state: HostState): string {
  switch (state.kind) {
    case 'local':
      return 'This machine'
    case 'idle':
      return 'Not used yet'
    case 'connecting':
      return 'Connecting'
    case 'connected':
      return 'Connected'
    case 'reconnecting':
      return 'Reconnecting'
    case 'unreachable':
      return 'Unreachable'
    case 'refused':
      return refusalWord[state.because]
    default:
      return assertNever(state)
  }
}

const retrying = (retryAt: number, now: number): string =>
  retryAt <= now ? 'trying now' : `next try in ${formatLimit(retryAt - now)}`

/** What stands behind that word: `since 10:42, next try in 40 s`. `now` in milliseconds since 1970 UTC. */
export function hostStateDetail(state: HostState, now: number): string {
  switch (state.kind) {
    case 'local':
    case 'idle':
      return ''
    case 'connecting':
    case 'connected':
    case 'refused':
      return `since ${formatMoment(state.since, now)}`
    case 'reconnecting':
      return `since ${formatMoment(state.since, now)}, attempt ${state.attempt}, ${retrying(state.retryAt, now)}`
    case 'unreachable':
      return `since ${formatMoment(state.since, now)}, ${retrying(state.retryAt, now)}`
    default:
      return assertNever(state)
  }
}

/** What a person can do about a host that said no. */
export function refusalRemedy(name: string, because: RefusalCause): string {
  switch (because) {
    case 'authentication':
      return `Check that ssh ${name} logs in without a question, then test the connection.`
    case 'unknown-key':
      return 'Compare its key, then trust it.'
    case 'changed-key':
      return `Ask who runs it whether it was set up anew. If it was: ssh-keygen -R ${name}, then trust its new key.`
    case 'unusable':
      return 'It needs a POSIX shell and the /proc of Linux. Test the connection to see what is missing.'
    default:
      return assertNever(because)
  }
}

/** One line for a bar: `load 3.1 of 16`, `12 ms`, `unreachable since 10:42`. */
export function hostBarText({ state, load1, cores, latencyMs }: HostRow, now: number): string {
  switch (state.kind) {
    case 'local':
      return load1 === null || cores === null ? '' : `load ${load1.toFixed(1)} of ${cores}`
    case 'connected':
      return latencyMs === null ? 'connected' : formatLatency(latencyMs)
    case 'idle':
      return 'not used yet'
    case 'connecting':
      return 'connecting'
    case 'reconnecting':
    case 'unreachable':
      return `${hostStateWord(state).toLowerCase()} since ${formatMoment(state.since, now)}`
    case 'refused':
      return hostStateWord(state).toLowerCase()
    default:
      return assertNever(state)
  }
}

/** `0.4 ms` below ten, `12 ms` above. */
export const formatLatency = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`

/** `3 of 8 running`, `none`. */
export const hostProcessesText = ({ running, total }: HostRow['processes']): string =>
  total === 0 ? 'none' : `${running} of ${countOf(total, 'process', 'processes')} running`

/** Three levels of use, as bars show them. */
export const loadLevels = ['light', 'moderate', 'heavy'] as const
export type LoadLevel = (typeof loadLevels)[number]

/** Percentages from which a use is moderate and heavy, as people read them from nvitop: a full memory ends a program. */
const thresholds = { load: [10, 75], memory: [10, 80] } as const

/** How much a percentage of load or memory is. */
export function loadLevel(of: keyof typeof thresholds, percent: number): LoadLevel {
  const [moderate, heavy] = thresholds[of]
  return percent >= heavy ? 'heavy' : percent >= moderate ? 'moderate' : 'light'
}

/** `ED25519 SHA256:...`. */
export const hostKeyText = ({ type, fingerprint }: HostKey): string => `${type} ${fingerprint}`

/** How to see the key of a machine from a place that is trusted already. `type` as OpenSSH names it. */
export const compareKeyCommand = (type: string): string =>
  `ssh-keygen -lf /etc/ssh/ssh_host_${type.toLowerCase()}_key.pub`

/** Title of a notice: `gpu-01 is unreachable`. */
export const hostLostTitle = ({ name, state }: Pick<HostRow, 'name' | 'state'>): string =>
  state.kind === 'refused' ? `${name}: ${refusalWord[state.because].toLowerCase()}` : `${name} is unreachable`

/** `Since 10:42. Nobody knows how its 3 running processes are.` */
export function hostLostBody(name: string, since: number, unknown: number, now: number): string {
  const moment = `Since ${formatMoment(since, now)}.`
  if (unknown === 0) return moment
  return `${moment} Nobody knows how ${countOf(unknown, 'process', 'processes')} on ${name} ${unknown === 1 ? 'is' : 'are'}.`
}

import type { ProgramIdentity } from '../../../../shared/domain/identity.ts'
import type { Sight } from '../../host/port.ts'
import { hasEnded, type ProcStat } from '../../host/proc-text.ts'
import { Slices } from '../../host/slices.ts'
import type { Deliver, Delivery } from '../../host/stop.ts'
import { isExhaustion, readStat } from './proc.ts'

/**
 * See `ProcessHost.look`. A process that exists but cannot be looked at counts as alive: calling it gone would start a
 * second copy.
 */
export function sightOf(identity: ProgramIdentity, bootId: string): Sight {
  if (identity.bootId !== bootId) return 'gone'
  const stat = readStatQuietly(identity.pid)
  if (stat === undefined) return exists(identity.pid) ? 'alive' : 'gone'
  if (stat.startTime !== identity.startTime || hasEnded(stat)) return 'gone'
  // State T of proc_pid_stat(5): by a job control signal. A traced program (t) goes on as its tracer likes.
  return stat.state === 'T' ? 'stopped' : 'alive'
}

function readStatQuietly(pid: number): ProcStat | undefined {
  try {
    return readStat(pid)
  } catch (error) {
    if (isExhaustion(error)) return undefined
    throw error
  }
}

/** kill(2) with signal 0. EPERM says that the process is there and another user's (/proc mounted with hidepid). */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/**
 * Signals exactly this program: its start time is read again first, so a later owner of the pid gets nothing.
 * `gone` when it has ended meanwhile.
 */
function sendSignal(identity: ProgramIdentity, signal: NodeJS.Signals): Delivery {
  const stat = readStat(identity.pid)
  if (stat === undefined || stat.startTime !== identity.startTime || hasEnded(stat)) return { kind: 'gone' }
  try {
    process.kill(identity.pid, signal)
    return { kind: 'sent' }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ESRCH') return { kind: 'gone' }
    if (code === 'EPERM') return { kind: 'refused', why: 'it belongs to another user' }
    throw error
  }
}

/**
 * SIGCONT for what we stopped. Should /proc not be readable (descriptors ran out), it is sent unchecked: what is stopped
 * has hardly ended in between, and a later owner of the pid would take no harm.
 */
function resume(identity: ProgramIdentity): Delivery {
  try {
    return sendSignal(identity, 'SIGCONT')
  } catch {
    killQuietly(identity.pid, 'SIGCONT')
    return { kind: 'sent' }
  }
}

/** See `Deliver`. In slices: a tree may have hundreds of members. */
export const deliver: Deliver = async (members, signal) => {
  const slices = new Slices()
  const deliveries: Delivery[] = []
  for (const { identity } of members) {
    deliveries.push(signal === 'SIGCONT' ? resume(identity) : sendSignal(identity, signal))
    await slices.breathe()
  }
  return deliveries
}

function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone, or not ours: there is nothing to let go.
  }
}

/** The code of a system error such as `ENOENT`; empty for anything else. */
export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

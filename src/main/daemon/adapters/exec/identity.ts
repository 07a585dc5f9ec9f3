import type { ProgramIdentity } from '../../../../shared/domain/identity.ts'
import { hasEnded, isExhaustion, type ProcStat, readStat } from './proc.ts'

/**
 * Same boot, pid alive with the same start time, and not a zombie. A process that exists but cannot be looked at counts
 * as alive: calling it dead would start a second copy.
 */
export function isAlive(identity: ProgramIdentity, bootId: string): boolean {
  if (identity.bootId !== bootId) return false
  const stat = readStatQuietly(identity.pid)
  return stat === undefined ? exists(identity.pid) : stat.startTime === identity.startTime && !hasEnded(stat)
}

/** True while it is stopped by a job control signal (state T of proc_pid_stat(5)). */
export function isStopped(identity: ProgramIdentity, bootId: string): boolean {
  if (identity.bootId !== bootId) return false
  const stat = readStatQuietly(identity.pid)
  return stat?.startTime === identity.startTime && stat.state === 'T'
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
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

export type Delivery =
  | { readonly kind: 'sent' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly why: string }

/**
 * Signals exactly this program: its start time is read again first, so a later owner of the pid gets nothing.
 * `gone` when it has ended meanwhile.
 */
export function sendSignal(identity: ProgramIdentity, signal: NodeJS.Signals): Delivery {
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
export function resume(identity: ProgramIdentity): void {
  try {
    sendSignal(identity, 'SIGCONT')
  } catch {
    killQuietly(identity.pid, 'SIGCONT')
  }
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

import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { type ProcStatus, parseStatus } from '../../host/proc-status.ts'
import {
  findInEnviron,
  isOpenForWriting,
  type ProcStat,
  parseCommandLine,
  parseEnviron,
  parseStat,
  parseUptime,
} from '../../host/proc-text.ts'

/** Arguments plus environment cannot be larger: the kernel's MAX_ARG limit is three quarters of an 8 MiB stack. */
const largestFile = 6 * 1024 * 1024

/** Reused by every read: a scan reads thousands of files and must not feed the garbage collector. */
let buffer = Buffer.allocUnsafeSlow(64 * 1024)

/** When the machine has run out of something, "no such process" would be a lie that ends in a second copy. */
const exhaustion = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

export const isExhaustion = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && exhaustion.has(String(error.code))

/** `read()`, or undefined when the process is gone or not ours to look at. Throws when descriptors or memory ran out. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isExhaustion(error)) throw error
    return undefined
  }
}

/**
 * The bytes of a small file such as those in /proc (at most 6 MiB of it), or undefined when it is gone or not readable.
 * The result is a view of one shared buffer: use it before the next read. Throws when descriptors ran out.
 */
export function readSmallFile(path: string): Buffer | undefined {
  return ifThere(() => {
    const descriptor = openSync(path, 'r')
    try {
      return readAll(descriptor)
    } finally {
      closeSync(descriptor)
    }
  })
}

function readAll(descriptor: number): Buffer {
  let length = 0
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null)
    length += count
    if (count === 0 || length >= largestFile) return buffer.subarray(0, length)
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafeSlow(buffer.length * 2)
      buffer.copy(larger, 0, 0, length)
      buffer = larger
    }
  }
}

/** `readSmallFile` as text; bytes above 127 are Latin-1. */
export const readText = (path: string): string | undefined => readSmallFile(path)?.toString('latin1')

/** Undefined when the process is gone. Zombies have a stat. */
export function readStat(pid: number): ProcStat | undefined {
  const text = readText(`/proc/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

/** Undefined when the process is gone. */
export function readStatus(pid: number): ProcStatus | undefined {
  const text = readText(`/proc/${pid}/status`)
  return text === undefined ? undefined : parseStatus(text)
}

/** The value of one variable in the environment the process was started with; undefined also for another user's. */
export function readVariable(pid: number, name: string): string | undefined {
  const environ = readSmallFile(`/proc/${pid}/environ`)
  return environ === undefined ? undefined : findInEnviron(environ, name)
}

/** The environment the process was started with; undefined also for another user's. */
export function readEnvironment(pid: number): Record<string, string> | undefined {
  const environ = readSmallFile(`/proc/${pid}/environ`)
  return environ === undefined ? undefined : parseEnviron(environ)
}

/** Empty when the process is gone, a zombie or a kernel thread. */
export function readCommandLine(pid: number): string[] {
  const cmdline = readSmallFile(`/proc/${pid}/cmdline`)
  return cmdline === undefined ? [] : parseCommandLine(cmdline)
}

/** Numbers of the open descriptors; undefined when the process is gone or not ours to look at. */
export const readDescriptors = (pid: number): readonly string[] | undefined =>
  ifThere(() => readdirSync(`/proc/${pid}/fd`))

/** Numbers of the open descriptors; empty when the process is gone or not ours to look at. */
export const listDescriptors = (pid: number): readonly string[] => readDescriptors(pid) ?? []

/** What a descriptor leads to, as the kernel names it: a path, perhaps with ` (deleted)`, or e.g. `socket:[1]`. */
export const readDescriptor = (pid: number, descriptor: string): string | undefined =>
  ifThere(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`))

/** Where a link of /proc/PID leads, such as `cwd` or `ns/net`; undefined when it is gone or not ours to look at. */
export const readProcessLink = (pid: number, name: string): string | undefined =>
  ifThere(() => readlinkSync(`/proc/${pid}/${name}`))

/** The executable, by the path it was started from also after that was replaced or removed. Undefined as above. */
export const readExecutable = (pid: number): string | undefined =>
  readProcessLink(pid, 'exe')?.replace(/ \(deleted\)$/, '')

export function isWritableDescriptor(pid: number, descriptor: string): boolean {
  const text = readText(`/proc/${pid}/fdinfo/${descriptor}`)
  return text !== undefined && isOpenForWriting(text)
}

/** Every pid now, in ascending order. */
export function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((left, right) => left - right)
}

/** Seconds since boot, suspension included. */
export function readUptimeSeconds(): number {
  const seconds = parseUptime(readText('/proc/uptime') ?? '')
  if (seconds === undefined) throw new Error('/proc/uptime is not readable; is /proc mounted?')
  return seconds
}

/** Linux's own default (ip(7)), where the setting cannot be read. */
const usualEphemeralFrom = 32_768

/** The lowest port that the kernel gives away by itself (ip_local_port_range, ip(7)). */
export function readEphemeralFrom(): number {
  const first = Number.parseInt(readText('/proc/sys/net/ipv4/ip_local_port_range') ?? '', 10)
  return Number.isInteger(first) ? first : usualEphemeralFrom
}

/** A new random id at each boot of the machine. */
export function readBootId(): string {
  const text = readText('/proc/sys/kernel/random/boot_id')?.trim()
  if (!text) throw new Error('/proc/sys/kernel/random/boot_id is not readable; is /proc mounted?')
  return text
}

import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'

/**
 * What this program uses of /proc/PID/stat (proc_pid_stat(5)). Times are clock ticks, `startTime` counts from boot and
 * stays text because it is only ever compared or subtracted by who knows the tick rate.
 */
export type ProcStat = {
  readonly pid: number
  readonly comm: string
  /** One letter: R S D T t Z X I ... */
  readonly state: string
  readonly ppid: number
  readonly pgrp: number
  readonly session: number
  /** PF_* bits of the kernel. */
  readonly flags: number
  readonly utime: number
  readonly stime: number
  readonly threads: number
  readonly startTime: string
  readonly rssPages: number
}

/** PF_EXITING of the kernel's sched.h: on its way to becoming a zombie, its files are being closed. */
const exitingFlag = 0x4

/** PF_KTHREAD of the kernel's sched.h: a kernel thread has no files, no environment and cannot be signalled. */
const kernelThreadFlag = 0x0020_0000

/** Positions after the command name, which ends at the last `)`; field 3 of the manual page is index 0 here. */
const statIndex = {
  state: 0,
  ppid: 1,
  pgrp: 2,
  session: 3,
  flags: 6,
  utime: 11,
  stime: 12,
  threads: 17,
  startTime: 19,
  rssPages: 21,
} as const

/** Parses the text of /proc/PID/stat. Undefined when it is not such a text. The name may hold spaces and parentheses. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf(' (')
  const close = text.lastIndexOf(')')
  if (open < 1 || close < open) return undefined
  const fields = text.slice(close + 2).split(' ')
  const at = (name: keyof typeof statIndex): string => fields[statIndex[name]] ?? ''
  const stat: ProcStat = {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 2, close),
    state: at('state'),
    ppid: Number(at('ppid')),
    pgrp: Number(at('pgrp')),
    session: Number(at('session')),
    flags: Number(at('flags')),
    utime: Number(at('utime')),
    stime: Number(at('stime')),
    threads: Number(at('threads')),
    startTime: at('startTime'),
    rssPages: Number(at('rssPages')),
  }
  return Number.isInteger(stat.pid) && stat.pid > 0 && /^\d+$/.test(stat.startTime) && fields.length > 21
    ? stat
    : undefined
}

/** Dead but not yet reaped by its parent (Z), or being removed (X): it holds its pid and nothing else. */
export const hasEnded = (stat: ProcStat): boolean => stat.state === 'Z' || stat.state === 'X' || stat.state === 'x'

/** From its last moment on, in which it seems to have no files any more. */
export const isEnding = (stat: ProcStat): boolean => hasEnded(stat) || (stat.flags & exitingFlag) !== 0

export const isKernelThread = (stat: ProcStat): boolean => (stat.flags & kernelThreadFlag) !== 0

/** The value of `name` in the bytes of /proc/PID/environ (`NAME=value` entries, each ended by NUL). */
export function findInEnviron(environ: Buffer, name: string): string | undefined {
  const entry = `${name}=`
  let start = environ.indexOf(entry)
  while (start >= 0) {
    if (start === 0 || environ[start - 1] === 0) {
      const end = environ.indexOf(0, start)
      return environ.toString('utf8', start + entry.length, end < 0 ? environ.length : end)
    }
    start = environ.indexOf(entry, start + 1)
  }
  return undefined
}

/** The whole of /proc/PID/environ. Of a name that is there twice the first value counts, as in getenv(3). */
export function parseEnviron(environ: Buffer): Record<string, string> {
  const entries = environ
    .toString('utf8')
    .split('\0')
    .map((entry) => [entry, entry.indexOf('=')] as const)
    .filter(([, at]) => at > 0)
    .map(([entry, at]) => [entry.slice(0, at), entry.slice(at + 1)] as const)
  return Object.fromEntries(entries.reverse())
}

/** The arguments in the bytes of /proc/PID/cmdline. Empty for kernel threads and zombies. */
export function parseCommandLine(cmdline: Buffer): string[] {
  if (cmdline.length === 0) return []
  const text = cmdline.toString('utf8')
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0')
}

/** True when the text of /proc/PID/fdinfo/FD says that the file is open for writing (its `flags:` are octal, open(2)). */
export function isOpenForWriting(fdInfo: string): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(fdInfo)?.[1]
  const accessModeMask = 0o3
  return flags !== undefined && (Number.parseInt(flags, 8) & accessModeMask) !== 0
}

/** Seconds since boot, with two decimals, from the text of /proc/uptime. Undefined when it is not such a text. */
export function parseUptime(text: string): number | undefined {
  const seconds = Number.parseFloat(text)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}

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

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
export const hasEnded = ({ state }: Pick<ProcStat, 'state'>): boolean => state === 'Z' || state === 'X' || state === 'x'

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

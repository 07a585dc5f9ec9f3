/** What this program uses of /proc/PID/status (proc_pid_status(5)). */
export type ProcStatus = {
  /** The real user id: whoever may signal the process. */
  readonly uid: number
  /** Resident set, bytes. */
  readonly rss: number
}

/** Undefined when `text` is no such text. Names of processes cannot fake a line: the kernel escapes newlines in them. */
export function parseStatus(text: string): ProcStatus | undefined {
  const uid = /^Uid:\t(\d+)\t/m.exec(text)?.[1]
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? '0'
  return uid === undefined ? undefined : { uid: Number(uid), rss: Number(kibibytes) * 1024 }
}

/** The path in the unified hierarchy (`0::/user.slice/...`, cgroups(7)) of /proc/PID/cgroup; null where there is none. */
export const parseCgroup = (text: string): string | null => /^0::(\/.*)$/m.exec(text)?.[1] ?? null

/** Proportional set size in bytes from the text of /proc/PID/smaps_rollup (proc_pid_smaps(5)). */
export function parsePss(text: string): number | undefined {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
}

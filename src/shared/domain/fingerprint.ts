/**
 * What a living process looks like from outside, in five lists (gutools Session). The command line is redacted. A list
 * is null, not empty, where the system does not let us read it.
 */
export type Fingerprint = {
  readonly cmdline: readonly string[]
  /** Local `ip:port` of TCP sockets in LISTEN. */
  readonly listen: readonly string[] | null
  /** Remote `ip:port` of established TCP connections that the process opened itself. */
  readonly established: readonly string[] | null
  /** Local `ip:port` of UDP sockets. */
  readonly udp: readonly string[] | null
  /** Absolute paths of open regular files. */
  readonly files: readonly string[] | null
}

/** A fingerprint taken now, with what conditions may use and no score counts. */
export type LiveFingerprint = Fingerprint & {
  /** True when some lists could not be read (another user's process). */
  readonly partial: boolean
  readonly exe: string | null
  readonly cwd: string | null
  readonly uid: number
  readonly threads: number
  readonly ppid: number
  /** Field 22 of /proc/PID/stat (proc_pid_stat(5)). */
  readonly starttime: string
  readonly boot_id: string
  /** Resident set, bytes. */
  readonly rss: number
  readonly cgroup: string | null
  readonly env_names: readonly string[] | null
}

/** A state that a person gave a name: it holds when the fingerprint resembles the saved one, or when `when` is true. */
export type SavedState = {
  readonly label: string
  /** Null for a state that is defined by an expression alone. */
  readonly fingerprint: Fingerprint | null
  /** A CEL condition; null for a state that is recognised by its fingerprint. */
  readonly when: string | null
  /** Elements of the lists that are left out of the comparison on both sides. */
  readonly ignore: readonly string[]
  /** Elements that must be there: without one of them the score is at most 0. */
  readonly require: readonly string[]
  /** Milliseconds since 1970 UTC. */
  readonly savedAt: number
}

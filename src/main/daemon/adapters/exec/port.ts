import type { LiveFingerprint } from '../../../../shared/domain/fingerprint.ts'
import type { ProgramIdentity, RunMark } from '../../../../shared/domain/identity.ts'
import type { Program } from '../../../../shared/domain/life.ts'
import type { MatchRule } from '../../../../shared/domain/match-rule.ts'
import type { Result } from '../../../../shared/domain/result.ts'

/** Absolute paths of one run. `record` is new for each run; `out` and `err` are appended to across runs. */
export type RunFiles = { readonly record: string; readonly out: string; readonly err: string }

export type RunSpec = {
  readonly mark: RunMark
  /** argv[0] is an absolute path or a name that `env.PATH` resolves. Real values, secrets included. */
  readonly argv: readonly string[]
  /** Absolute working directory. */
  readonly cwd: string
  /** The whole environment of the program, without PROCESSION_ID, which the launcher adds. */
  readonly env: Readonly<Record<string, string>>
  readonly files: RunFiles
}

/** What a record file says so far. A line without its newline does not count. */
export type RunRecord = {
  /** The program, and the group its shim leads (the shim's pid), once the `S` line is there. */
  readonly program: { readonly identity: ProgramIdentity; readonly shimPid: number } | null
  /** `X`: 127 not found, 126 not executable. */
  readonly execFailure: number | null
  /** `E`: the shell's exit status and /proc/uptime in seconds at the end. */
  readonly end: { readonly code: number; readonly uptimeSeconds: number } | null
  /** The shell's own words, e.g. `Killed`; only written for a death by signal. */
  readonly words: readonly string[]
}

/** Whose tree: everything that may be signalled for one process of ours. */
export type TreeTarget = {
  /** Members may carry the mark of any run of this process. */
  readonly processId: string
  /** The current run as far as known; `shimPid` is also the process group. An attached program has none. */
  readonly program: Program | null
  /** Whoever holds one of these open for writing is a member. */
  readonly logFiles: readonly string[]
}

export type TreeMember = { readonly identity: ProgramIdentity; readonly command: string }

/** Result of signalling a tree: who got the signal, and who could not be signalled (EPERM) and why. */
export type SignalReport = {
  readonly signalled: readonly TreeMember[]
  readonly refused: readonly { readonly member: TreeMember; readonly why: string }[]
}

export type RecordWatch = { close(): void }

/**
 * One round of fingerprints. What is the same for all processes of a namespace (tables of sockets, mounts) is read when
 * it is first needed and then kept, so a round should last no longer than one look at each process.
 */
export type FingerprintSweep = {
  /**
   * Null when the process is gone, ends or is a kernel thread. Lists that the system does not let us read are null.
   * Takes under a millisecond, and some 10 ms with a thousand files or with tables to be read first. Throws when
   * descriptors ran out.
   */
  read(pid: number): LiveFingerprint | null
  /** The lowest port that the kernel gives away by itself, for `normalise`. */
  readonly ephemeralFrom: number
}

/** What is known of a program whose pid is not. */
export type CandidateQuery = {
  /** Redacted. */
  readonly argv: readonly string[]
  /** Null where it was not recorded: then it is not compared. */
  readonly exe: string | null
  readonly cwd: string | null
  /** Replaces the comparison of `argv`, `exe` and `cwd`. */
  readonly match: MatchRule | null
  /** The real user id that it must have. */
  readonly uid: number
}

export type Candidate = {
  readonly identity: ProgramIdentity
  /** Redacted. */
  readonly argv: readonly string[]
  readonly exe: string | null
  readonly cwd: string | null
  /** Of which process of ours it is, or says it is: whoever is started by one of ours inherits the mark. */
  readonly mark: RunMark | null
}

/** All that a later start of the same program needs. Secrets included: for the memory and the secrets file alone. */
export type ProcessDescription = {
  readonly identity: ProgramIdentity
  /** Real values; empty when the program wiped it. */
  readonly argv: readonly string[]
  readonly exe: string | null
  readonly cwd: string | null
  /** The real user id. */
  readonly uid: number
  /** Null of another user's process. */
  readonly env: Readonly<Record<string, string>> | null
  /** True for a shim of ours or of another home, which keeps watch over a program. */
  readonly isShim: boolean
}

/** Everything the supervisor needs from the machine that a process runs on. */
export interface ProcessHost {
  /**
   * Starts one run, detached, through the shim. Resolves when the shim has been spawned (not when the program runs:
   * its `S` or `X` line tells that). Failures: cwd missing or not a folder, log files not writable, no more processes.
   */
  launch(spec: RunSpec): Promise<Result<{ readonly shimPid: number }>>
  /** An absent or unreadable file reads as an empty record. */
  readRecord(path: string): RunRecord
  /** Calls back with the file name (not the path) whenever a record file in `directory` was written; may call more often. */
  watchRecords(directory: string, onWritten: (fileName: string) => void): RecordWatch
  /** Same boot, pid alive with the same start time, and not a zombie. EPERM counts as alive. */
  isAlive(identity: ProgramIdentity): boolean
  /** True while a signal such as SIGSTOP keeps it from running. */
  isStopped(identity: ProgramIdentity): boolean
  /** False between the `S` line and the exec, when the pid is still a shell that may yet fail to become the program. */
  hasBegun(program: { readonly identity: ProgramIdentity }): boolean
  /** All living programs (shims left out) that carry a mark, by one scan of /proc/PID/environ, in slices. */
  findMarked(): Promise<
    readonly { readonly mark: RunMark; readonly identity: ProgramIdentity; readonly shimPid: number }[]
  >
  /** Members now, shim left out. */
  treeMembers(target: TreeTarget): Promise<readonly TreeMember[]>
  /**
   * First signal of a stop: freezes the tree (SIGSTOP until two scans find nobody new), then sends `signal` and SIGCONT
   * to each member by pid, never to a group.
   */
  signalTree(target: TreeTarget, signal: NodeJS.Signals): Promise<SignalReport>
  /** SIGKILL to each member by pid, scanning again until a scan finds nobody new. */
  killTree(target: TreeTarget): Promise<SignalReport>
  /** A new round of fingerprints. */
  fingerprints(): FingerprintSweep
  /**
   * The living programs of that user that look as asked, in ascending order of pid: by `match`, else by equal command
   * line, executable and working directory. Shims and this daemon are left out, forks of a program that looks the same
   * (also of an excluded one), and those that `exclude` names. Works in slices; rejects when descriptors ran out.
   */
  findCandidates(query: CandidateQuery, exclude: (pid: number) => boolean): Promise<readonly Candidate[]>
  /** Every living program of this user, shims and this daemon left out, with its real command line. Works in slices. */
  programs(): Promise<readonly { readonly identity: ProgramIdentity; readonly argv: readonly string[] }[]>
  /**
   * Whether any program of this user has this command line (redacted): the cheap look before `findCandidates`. Calls that
   * come together share one scan. Rejects when descriptors ran out.
   */
  hasCommandLine(argv: readonly string[]): Promise<boolean>
  /** What runs with this pid. Null when it is gone, ends or is a kernel thread. */
  describe(pid: number): ProcessDescription | null
  readonly bootId: string
}

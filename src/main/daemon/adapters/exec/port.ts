import type { ProgramIdentity, RunMark } from '../../../../shared/domain/identity.ts'
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
  /** The current run as far as known; `shimPid` is also the process group. */
  readonly program: { readonly identity: ProgramIdentity; readonly shimPid: number } | null
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
  readonly bootId: string
}

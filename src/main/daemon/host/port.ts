import type { LiveFingerprint } from '../../../shared/domain/fingerprint.ts'
import type { HostState } from '../../../shared/domain/host.ts'
import type { ProgramIdentity, RunMark } from '../../../shared/domain/identity.ts'
import type { Program } from '../../../shared/domain/life.ts'
import type { MatchRule } from '../../../shared/domain/match-rule.ts'
import type { Result } from '../../../shared/domain/result.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'

/**
 * Absolute paths of one run on this machine. `record` is new for each run; `out` and `err` are appended to across runs.
 * Of a run on another machine they are copies, byte for byte at the same offsets, that its host keeps up to date.
 */
export type RunFiles = { readonly record: string; readonly out: string; readonly err: string }

/** Which run of which process of which session; names the files of the run on a host of its own file system. */
export type RunPlace = {
  readonly sessionId: string
  readonly processId: string
  /** The immutable name. */
  readonly name: string
  readonly run: number
  readonly files: RunFiles
}

export type RunSpec = {
  readonly place: RunPlace
  /** argv[0] is an absolute path or a name that `env.PATH` resolves. Real values, secrets included. */
  readonly argv: readonly string[]
  /** Absolute working directory. On another machine also `~` or `~/...`: the home of the user there. */
  readonly cwd: string
  /**
   * The whole environment of the program, without PROCESSION_ID, which the launcher adds. On another machine it is added
   * to what a login there gives.
   */
  readonly env: Readonly<Record<string, string>>
  /**
   * An open terminal that the program gets as its standard input, output and errors, instead of the log files, and as
   * the terminal that it is controlled by. Only on this machine.
   */
  readonly terminal?: number
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
  readonly sessionId: string
  readonly name: string
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
  read(pid: number): Promise<LiveFingerprint | null>
  /** The lowest port that the kernel gives away by itself, for `normalise`; known once something was read. */
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

/** What one look at a program that was known found. */
export type Sight =
  | 'alive'
  /** A signal such as SIGSTOP keeps it from running. */
  | 'stopped'
  /** Gone, a zombie, of an earlier boot, or the pid is another program's by now. */
  | 'gone'

/** What the tree of a program uses. */
export type TreeUsage = {
  /** CPU time of all members so far, by pid, in seconds. */
  readonly cpuSeconds: ReadonlyMap<number, number>
  readonly memoryBytes: number
  readonly listen: readonly string[]
}

/**
 * Everything the supervisor needs from the machine that a process runs on. All of it may be asked of a host that is not
 * reachable (`HostUnreachable` is thrown then), except `readRecord`, which reads what is here.
 */
export interface ProcessHost {
  /** `local`, or the name that ssh knows. */
  readonly name: string
  /** Of its kernel, changes with every boot; empty before it was ever reached. */
  readonly bootId: string
  /**
   * Starts one run, detached, through the shim. Resolves when the shim has been spawned (not when the program runs:
   * its `S` or `X` line tells that). Failures: cwd missing or not a folder, log files not writable, no more processes.
   */
  launch(spec: RunSpec): Promise<Result<{ readonly shimPid: number }>>
  /** An absent or unreadable file reads as an empty record. */
  readRecord(path: string): RunRecord
  /** How the run of a finished record ended. `path` tells when it was written. */
  endOf(record: RunRecord, path: string): RunEnd
  /**
   * Keeps the copies of record and logs of this run up to date until `release`; a run that was launched here is already.
   * Nothing to do on this machine.
   */
  keep(place: RunPlace): void
  /** Takes in what its logs still have, then lets go of them. */
  release(processId: string): Promise<void>
  /** Brings the copies up to date now, where that is possible within a moment. */
  refresh(processId: string): Promise<void>
  /**
   * Forgets a process and begins to remove what the machine has of it: its logs and its records, but for that of `place`,
   * its latest run, while that goes on. Nothing to do on this machine. One that is away keeps its files.
   */
  discard(place: RunPlace, isRunning: boolean): void
  /** Same boot and start time, and not a zombie. EPERM counts as alive. In the order asked. */
  look(identities: readonly ProgramIdentity[]): Promise<readonly Sight[]>
  /** Whether any process has this pid: for a shim that has not said anything yet. */
  hasPid(pid: number): Promise<boolean>
  /** False between the `S` line and the exec, when the pid is still a shell that may yet fail to become the program. */
  hasBegun(program: { readonly identity: ProgramIdentity }): Promise<boolean>
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
   * The living programs of our user there that look as asked, in ascending order of pid: by `match`, else by equal command
   * line, executable and working directory. Shims and this daemon are left out, forks of a program that looks the same
   * (also of an excluded one), and those that `exclude` names. Works in slices; rejects when descriptors ran out.
   */
  findCandidates(query: CandidateQuery, exclude: (pid: number) => boolean): Promise<readonly Candidate[]>
  /** Every living program of our user there, shims and this daemon left out, with its real command line. */
  programs(): Promise<readonly { readonly identity: ProgramIdentity; readonly argv: readonly string[] }[]>
  /**
   * Whether any program of our user there has this command line (redacted): the cheap look before `findCandidates`. Calls
   * that come together share one scan. Rejects when descriptors ran out.
   */
  hasCommandLine(argv: readonly string[]): Promise<boolean>
  /** What runs with this pid. Null when it is gone, ends or is a kernel thread. */
  describe(pid: number): Promise<ProcessDescription | null>
  /** Whether it runs as our user there. */
  isOurs(description: ProcessDescription): boolean
  /** What the trees of these programs use, in the order asked; ports only `withPorts`. */
  usage(programs: readonly Program[], withPorts: boolean): Promise<readonly TreeUsage[]>
}

/** Thrown by a `ProcessHost` whose machine cannot be asked now. What it was asked about is unknown, not gone. */
export class HostUnreachable extends Error {
  override readonly name = 'HostUnreachable'
}

/** The machines that processes run on. */
export interface Hosts {
  /** This machine. */
  readonly local: ProcessHost
  /** The host with this name; one that was never contacted says `idle`. */
  host(name: string): ProcessHost
  state(name: string): HostState
  /** Connects where that is needed and possible. A failure says what is wrong and what to do. */
  ensure(name: string): Promise<Result<null>>
  /** Called with the name whenever the state of a host has changed. */
  onState(listener: (name: string, state: HostState) => void): void
}

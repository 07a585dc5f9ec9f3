import { statSync } from 'node:fs'
import type { ProgramIdentity } from '../../../../shared/domain/identity.ts'
import { redactArgv } from '../../../../shared/text/redact.ts'
import { describeProcess, findCandidates } from './candidates.ts'
import { createCommandLineTest } from './command-lines.ts'
import { createFingerprintReader } from './fingerprint.ts'
import { isAlive, isStopped } from './identity.ts'
import { launch } from './launch.ts'
import type { ProcessHost, RunRecord, TreeMember, TreeTarget } from './port.ts'
import { readBootId, readCommandLine, readSmallFile, readUptimeSeconds } from './proc.ts'
import { listPrograms } from './programs.ts'
import { type EndClock, parseRecord } from './record.ts'
import { logNames, scanProcesses } from './scan.ts'
import { shareLooks } from './shared-looks.ts'
import { isShimCommand } from './shim.ts'
import { Slices } from './slices.ts'
import { killWholeTree, signalFrozenTree } from './stop.ts'
import { markedPrograms, type TreeProcess, treeOf } from './tree.ts'
import { limitPerTurn } from './turns.ts'
import { watchRecords } from './watch.ts'

export { type EndClock, interpretEnd } from './record.ts'

export type ExecHostOptions = {
  /** Where the shim script is kept; made 0700 when it is not there. */
  readonly shimFolder: string
  /** A POSIX shell: dash, bash or busybox ash. */
  readonly shell?: string
}

/** A spawn blocks the loop for 1 to 30 ms, growing with the daemon's memory; more in one turn would hold up every answer. */
const startsPerTurn = 4

/** A command is shown in one line of a report. */
const longestCommand = 200

/** The local machine. Throws when /proc is not mounted. */
export function createExecHost(options: ExecHostOptions): ProcessHost {
  const bootId = readBootId()
  const launcher = {
    shimFolder: options.shimFolder,
    shell: options.shell ?? '/bin/sh',
    turn: limitPerTurn(startsPerTurn),
  }
  const trees = new Trees(bootId)
  const hasCommandLine = createCommandLineTest(bootId)
  const fingerprints = createFingerprintReader()
  return {
    bootId,
    launch: (spec) => launch(spec, launcher),
    readRecord,
    watchRecords,
    isAlive: (identity) => isAlive(identity, bootId),
    isStopped: (identity) => isStopped(identity, bootId),
    hasBegun: ({ identity }) => !isShimCommand(readCommandLine(identity.pid)),
    programs: () => listPrograms(bootId),
    hasCommandLine,
    findMarked: async () => markedPrograms(await scanProcesses([]), bootId),
    treeMembers: (target) => trees.members(target),
    signalTree: (target, signal) => signalFrozenTree(() => trees.membersToSignal(target), signal),
    killTree: (target) => killWholeTree(() => trees.membersToSignal(target)),
    fingerprints: () => fingerprints.sweep(),
    findCandidates: (query, exclude) => findCandidates(query, exclude, { bootId, sweep: fingerprints.sweep() }),
    describe: (pid) => describeProcess(pid, bootId),
  }
}

function readRecord(path: string): RunRecord {
  return parseRecord(readSmallFile(path)?.toString('utf8') ?? '')
}

/** The clock for `interpretEnd`, of this moment and of the record file at `recordPath`. */
export function readEndClock(recordPath: string): EndClock {
  const writtenAt = statSync(recordPath, { throwIfNoEntry: false })?.mtimeMs
  const clock = { now: Date.now(), uptimeSeconds: readUptimeSeconds(), bootId: readBootId() }
  return writtenAt === undefined ? clock : { ...clock, writtenAt }
}

/**
 * Looks trees up and remembers who was signalled. Of a tree whose program and shim have ended, a member without mark and
 * log file could not be found again, so a SIGKILL after the SIGTERM would miss it.
 */
class Trees {
  private readonly bootId: string
  private readonly signalled = new Map<string, readonly ProgramIdentity[]>()
  /** One scan for everybody who is stopped at the same time. */
  private readonly scan = shareLooks((logFiles: readonly (readonly string[])[]) => scanProcesses(logFiles.flat()))

  constructor(bootId: string) {
    this.bootId = bootId
  }

  async members(target: TreeTarget): Promise<readonly TreeMember[]> {
    const known = this.signalled.get(target.processId) ?? []
    const logs = logNames(target.logFiles)
    const processes = (await this.scan(target.logFiles)).map((process) => ({
      ...process,
      writesLog: process.writtenLogs.some((path) => logs.has(path)),
    }))
    const members = treeOf(target, processes, { bootId: this.bootId, daemonPid: process.pid, known })
    if (members.length === 0) this.signalled.delete(target.processId)
    return describeMembers(members, this.bootId)
  }

  async membersToSignal(target: TreeTarget): Promise<readonly TreeMember[]> {
    const members = await this.members(target)
    if (members.length > 0) {
      this.signalled.set(
        target.processId,
        members.map((member) => member.identity),
      )
    }
    return members
  }
}

async function describeMembers(members: readonly TreeProcess[], bootId: string): Promise<readonly TreeMember[]> {
  const slices = new Slices()
  const described: TreeMember[] = []
  for (const member of members) {
    described.push(toMember(member, bootId))
    await slices.breathe()
  }
  return described
}

function toMember({ stat }: TreeProcess, bootId: string): TreeMember {
  const command = redactArgv(readCommandLine(stat.pid)).join(' ').slice(0, longestCommand)
  return {
    identity: { bootId, pid: stat.pid, startTime: stat.startTime },
    command: command === '' ? `[${stat.comm}]` : command,
  }
}

import { statSync } from 'node:fs'
import { localHostName } from '../../../../shared/domain/host.ts'
import type { ProgramIdentity } from '../../../../shared/domain/identity.ts'
import { createCommandLineTest } from '../../host/command-lines.ts'
import type { FingerprintSweep, ProcessHost, RunRecord, Sight, TreeMember } from '../../host/port.ts'
import { type EndClock, interpretEnd, parseRecord } from '../../host/record.ts'
import { shareLooks } from '../../host/shared-looks.ts'
import { isShimCommand } from '../../host/shim-command.ts'
import { Slices } from '../../host/slices.ts'
import { markedPrograms, memberOf, type TreeProcess } from '../../host/tree.ts'
import { Trees } from '../../host/trees.ts'
import { describeProcess, findCandidates } from './candidates.ts'
import { createFingerprintReader, type LocalSweep } from './fingerprint.ts'
import { deliver, exists, sightOf } from './identity.ts'
import { launch } from './launch.ts'
import { readBootId, readCommandLine, readSmallFile, readUptimeSeconds } from './proc.ts'
import { listPrograms } from './programs.ts'
import { logNames, scanProcesses } from './scan.ts'
import { limitPerTurn } from './turns.ts'
import { usageOf } from './usage.ts'

export { watchRecords } from './watch.ts'

export type ExecHostOptions = {
  /** Where the shim script is kept; made 0700 when it is not there. */
  readonly shimFolder: string
  /** A POSIX shell: dash, bash or busybox ash. */
  readonly shell?: string
}

/** A spawn blocks the loop for 1 to 30 ms, growing with the daemon's memory; more in one turn would hold up every answer. */
const startsPerTurn = 4

/** The local machine. Throws when /proc is not mounted. */
export function createExecHost(options: ExecHostOptions): ProcessHost {
  const bootId = readBootId()
  const launcher = {
    shimFolder: options.shimFolder,
    shell: options.shell ?? '/bin/sh',
    turn: limitPerTurn(startsPerTurn),
  }
  const programs = () => listPrograms(bootId)
  const trees = createTrees(bootId)
  const fingerprints = createFingerprintReader()
  return {
    name: localHostName,
    bootId,
    launch: (spec) => launch(spec, launcher),
    readRecord,
    endOf: (record, path) => interpretEnd(record, readEndClock(path, bootId)),
    // The shim writes to the very files that everybody reads.
    keep: () => undefined,
    release: async () => undefined,
    refresh: async () => undefined,
    discard: () => undefined,
    look: (identities) => lookAt(identities, bootId),
    hasPid: async (pid) => exists(pid),
    hasBegun: async ({ identity }) => !isShimCommand(readCommandLine(identity.pid)),
    programs,
    hasCommandLine: createCommandLineTest(programs),
    findMarked: async () => markedPrograms(await scanProcesses(new Set()), bootId),
    treeMembers: (target) => trees.members(target),
    signalTree: (target, signal) => trees.signal(target, signal),
    killTree: (target) => trees.kill(target),
    fingerprints: () => toSweep(fingerprints.sweep()),
    findCandidates: (query, exclude) => findCandidates(query, exclude, { bootId, sweep: fingerprints.sweep() }),
    describe: async (pid) => describeProcess(pid, bootId),
    isOurs: ({ uid }) => uid === process.getuid?.(),
    usage: usageOf,
  }
}

function readRecord(path: string): RunRecord {
  return parseRecord(readSmallFile(path)?.toString('utf8') ?? '')
}

function readEndClock(recordPath: string, bootId: string): EndClock {
  const writtenAt = statSync(recordPath, { throwIfNoEntry: false })?.mtimeMs
  const clock = { now: Date.now(), uptimeSeconds: readUptimeSeconds(), bootId }
  return writtenAt === undefined ? clock : { ...clock, writtenAt }
}

/** In slices: hundreds of programs may be looked at each second. */
async function lookAt(identities: readonly ProgramIdentity[], bootId: string): Promise<readonly Sight[]> {
  const slices = new Slices()
  const sights: Sight[] = []
  for (const identity of identities) {
    sights.push(sightOf(identity, bootId))
    await slices.breathe()
  }
  return sights
}

const toSweep = (sweep: LocalSweep): FingerprintSweep => ({
  ephemeralFrom: sweep.ephemeralFrom,
  read: async (pid) => sweep.read(pid),
})

function createTrees(bootId: string): Trees {
  /** One scan for everybody who is stopped at the same time. */
  const scan = shareLooks(async (logs: readonly ReadonlySet<string>[]) => {
    const processes = await scanProcesses(new Set(logs.flatMap((names) => [...names])))
    return { processes, bootId, observerPid: process.pid }
  })
  return new Trees({ scan, logNames: ({ logFiles }) => logNames(logFiles), describe: describeMembers, deliver })
}

async function describeMembers(members: readonly TreeProcess[], bootId: string): Promise<readonly TreeMember[]> {
  const slices = new Slices()
  const described: TreeMember[] = []
  for (const member of members) {
    described.push(memberOf(member.stat, readCommandLine(member.stat.pid), bootId))
    await slices.breathe()
  }
  return described
}

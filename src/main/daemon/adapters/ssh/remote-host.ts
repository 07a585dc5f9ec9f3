import { readFileSync, statSync } from 'node:fs'
import { type Result, success } from '../../../../shared/domain/result.ts'
import type { RunEnd } from '../../../../shared/domain/run-end.ts'
import { createCommandLineTest } from '../../host/command-lines.ts'
import { HostUnreachable, type ProcessHost, type RunRecord, type RunSpec } from '../../host/port.ts'
import { isEnding, parseCommandLine } from '../../host/proc-text.ts'
import { interpretEnd, parseRecord } from '../../host/record.ts'
import { isShimCommand } from '../../host/shim-command.ts'
import { markedPrograms } from '../../host/tree.ts'
import { FileCopy } from './file-copy.ts'
import { HostUnfit } from './host-unfit.ts'
import type { SshConnection } from './port.ts'
import { describeRemote, findRemoteCandidates } from './remote-details.ts'
import { discardRemote } from './remote-discard.ts'
import { type RemoteFacts, RemoteFactsReader } from './remote-facts.ts'
import { sweepRemote } from './remote-fingerprint.ts'
import { launchRemote } from './remote-launch.ts'
import { RemoteMirror } from './remote-mirror.ts'
import { remoteFilesOf } from './remote-places.ts'
import { beginScript, listRemote, scanRemote } from './remote-processes.ts'
import { RemoteShell } from './remote-shell.ts'
import { lookRemote } from './remote-signals.ts'
import { newMark, readShown, splitParts } from './remote-text.ts'
import { createRemoteTrees } from './remote-trees.ts'
import { usageOfRemote } from './remote-usage.ts'

export type RemoteHostOptions = {
  /** How often the files of runs are looked at while some are kept; 500 ms. */
  readonly pullMs?: number
  /** When a copy is further behind than this, it goes on near the end of the log; 64 MiB. */
  readonly backlogBytes?: number
  /** How much of a log stays on the machine once it is copied, where the machine can drop the rest; 64 MiB. */
  readonly remoteLogBytes?: number
  /** What of a log was not copied for that reason: the local path, and offsets that hold for both. */
  readonly onSkipped?: (path: string, from: number, to: number) => unknown
  /** What went wrong with the copies here, such as a full disk. What is missing is copied when it can be. */
  readonly onError?: (error: unknown) => void
}

/** A machine behind ssh. */
export type RemoteHost = ProcessHost & {
  /** Tells that somebody reads the logs of a process as they come, or no more: then they come at once. */
  followed(processId: string, isFollowed: boolean): void
  /** As of the last look; null before the first. */
  readonly facts: RemoteFacts | null
  /** Looks at the machine now. Rejects with `HostUnreachable`. */
  measure(): Promise<RemoteFacts>
  /** Ends the looking; what runs there goes on. */
  close(): void
}

const usualPullMs = 500
/** Some seconds of a fast log over a slow link. */
const usualBacklogBytes = 64 * 1024 * 1024

/** As much as is usually kept here. */
const usualRemoteLogBytes = 64 * 1024 * 1024

/** Everything that the supervisor needs from the machine at the other end of `connection`. Does not connect by itself. */
export function createRemoteHost(connection: SshConnection, options: RemoteHostOptions = {}): RemoteHost {
  const shell = new RemoteShell(connection)
  const facts = new RemoteFactsReader(shell)
  const mirror = new RemoteMirror(shell, connection, {
    pullMs: options.pullMs ?? usualPullMs,
    backlogBytes: options.backlogBytes ?? usualBacklogBytes,
    remoteLogBytes: options.remoteLogBytes ?? usualRemoteLogBytes,
    onSkipped: options.onSkipped ?? (() => undefined),
    onError: options.onError ?? (() => undefined),
    onLoad: (load) => facts.noteLoad(load),
  })
  const trees = createRemoteTrees(shell)
  const programs = () => programsOf(shell)
  return {
    name: connection.name,
    get bootId() {
      return shell.known?.bootId ?? ''
    },
    launch: (spec) => launch(spec, shell, mirror),
    readRecord,
    endOf: (record, path) => endOf(record, path, shell),
    keep: (place) => mirror.keep(place),
    release: (processId) => mirror.release(processId),
    refresh: (processId) => mirror.refresh(processId),
    discard(place, isRunning) {
      mirror.forget(place.processId)
      discardRemote(shell, place, isRunning).catch((error: unknown) => {
        if (!(error instanceof HostUnreachable)) options.onError?.(error)
      })
    },
    look: (identities) => lookRemote(shell, identities),
    hasPid: (pid) =>
      shell.ask(
        () => `[ -d /proc/${pid} ]`,
        ({ status }) => status === 0,
        { inShell: true },
      ),
    async hasBegun({ identity }) {
      const argv = await commandLineOf(shell, identity.pid)
      // Gone already: whoever asks finds why in its record.
      if (argv.length === 0) await mirror.refreshAll()
      return !isShimCommand(argv)
    },
    findMarked: async () => {
      const { processes, bootId } = await scanRemote(shell, new Set())
      return markedPrograms(processes, bootId)
    },
    treeMembers: (target) => trees.members(target),
    signalTree: (target, signal) => trees.signal(target, signal),
    killTree: (target) => trees.kill(target),
    fingerprints: () => sweepRemote(shell),
    findCandidates: (query, exclude) => findRemoteCandidates(shell, query, { exclude, sweep: sweepRemote(shell) }),
    programs,
    hasCommandLine: createCommandLineTest(programs),
    describe: (pid) => describeRemote(shell, pid),
    isOurs: ({ uid }) => uid === shell.known?.uid,
    usage: (asked, withPorts) => usageOfRemote(shell, asked, withPorts),
    followed: (processId, isFollowed) => mirror.followed(processId, isFollowed),
    get facts() {
      return facts.last
    },
    measure: () => facts.measure(),
    close: () => mirror.close(),
  }
}

/** See `ProcessHost.launch`. When this resolves, the copy of the record tells what the program is. */
async function launch(
  spec: RunSpec,
  shell: RemoteShell,
  mirror: RemoteMirror,
): Promise<Result<{ readonly shimPid: number }>> {
  const { files } = spec.place
  const copied = { out: new FileCopy(files.out).size, err: new FileCopy(files.err).size }
  try {
    const launched = await launchRemote(spec, { remote: remoteFilesOf(spec.place), copied }, shell)
    if (!launched.ok) return launched
    mirror.launched(spec.place, launched.value.record)
    return success({ shimPid: launched.value.shimPid })
  } catch (error) {
    if (error instanceof HostUnfit) return error.failure
    throw error
  }
}

function readRecord(path: string): RunRecord {
  try {
    return parseRecord(readFileSync(path, 'utf8'))
  } catch {
    return parseRecord('')
  }
}

/** The end by our clock, whatever the machine's says: seconds since its boot are compared with a look at them here. */
function endOf(record: RunRecord, path: string, shell: RemoteShell): RunEnd {
  const { clock } = shell
  const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  const now = Date.now()
  return interpretEnd(record, {
    now,
    // Before the first look nothing is known of its clock, and when the copy was written must do.
    uptimeSeconds: clock === null ? -1 : clock.uptimeSeconds + (now - clock.at) / 1000,
    bootId: shell.known?.bootId ?? '',
    ...(writtenAt === undefined ? {} : { writtenAt }),
  })
}

function commandLineOf(shell: RemoteShell, pid: number): Promise<readonly string[]> {
  const mark = newMark()
  const path = `/proc/${pid}/cmdline`
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}\nshow ${path}\nexit 0\n`,
    ({ output }, { frame }) =>
      parseCommandLine(readShown(splitParts(output, mark).parts[0], frame).get(path) ?? Buffer.alloc(0)),
  )
}

/** See `ProcessHost.programs`. */
async function programsOf(shell: RemoteShell) {
  const seen = await listRemote(shell)
  const { bootId } = await shell.machine()
  return seen
    .filter(({ stat, argv }) => !isEnding(stat) && argv.length > 0 && !isShimCommand(argv))
    .map(({ stat: { pid, startTime }, argv }) => ({ identity: { bootId, pid, startTime }, argv }))
}

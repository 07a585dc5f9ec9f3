import type { ProgramIdentity } from '../../../shared/domain/identity.ts'
import type { SignalReport, TreeMember, TreeTarget } from './port.ts'
import { type Deliver, killWholeTree, signalFrozenTree } from './stop.ts'
import { type SeenProcess, type TreeProcess, treeOf } from './tree.ts'

/** One look at all processes of a machine. */
export type Scan = {
  readonly processes: readonly SeenProcess[]
  readonly bootId: string
  /** Who looked: the daemon, or the shell through which it looks. Never a member, and neither are its ancestors. */
  readonly observerPid: number
}

/** How the processes of one machine are looked at and signalled. */
export type TreeParts = {
  /** `logNames` are files as the kernel of that machine names them; `SeenProcess.writtenLogs` says who writes them. */
  scan(logNames: ReadonlySet<string>): Promise<Scan>
  /** The names that the log files of this process can have in a scan. */
  logNames(target: TreeTarget): ReadonlySet<string>
  /** In the same order. */
  describe(members: readonly TreeProcess[], bootId: string): Promise<readonly TreeMember[]>
  readonly deliver: Deliver
}

/**
 * Looks trees up and remembers who was signalled. Of a tree whose program and shim have ended, a member without mark and
 * log file could not be found again, so a SIGKILL after the SIGTERM would miss it.
 */
export class Trees {
  private readonly parts: TreeParts
  private readonly signalled = new Map<string, readonly ProgramIdentity[]>()

  constructor(parts: TreeParts) {
    this.parts = parts
  }

  /** See `ProcessHost.treeMembers`. */
  async members(target: TreeTarget): Promise<readonly TreeMember[]> {
    const known = this.signalled.get(target.processId) ?? []
    const logs = this.parts.logNames(target)
    const { processes, bootId, observerPid } = await this.parts.scan(logs)
    const seen = processes.map((process) => ({
      ...process,
      writesLog: process.writtenLogs.some((path) => logs.has(path)),
    }))
    const members = treeOf(target, seen, { bootId, observerPid, known })
    if (members.length === 0) this.signalled.delete(target.processId)
    return this.parts.describe(members, bootId)
  }

  /** See `ProcessHost.signalTree`. */
  signal(target: TreeTarget, signal: NodeJS.Signals): Promise<SignalReport> {
    return signalFrozenTree(this.accessTo(target), signal)
  }

  /** See `ProcessHost.killTree`. */
  kill(target: TreeTarget): Promise<SignalReport> {
    return killWholeTree(this.accessTo(target))
  }

  private accessTo(target: TreeTarget) {
    return { findMembers: () => this.membersToSignal(target), deliver: this.parts.deliver }
  }

  private async membersToSignal(target: TreeTarget): Promise<readonly TreeMember[]> {
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

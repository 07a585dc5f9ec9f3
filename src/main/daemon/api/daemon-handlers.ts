import { join } from 'node:path'
import type { DaemonStatus } from '../../../shared/contract/contract.ts'
import { protocolVersion } from '../../../shared/contract/protocol.ts'
import type { RowsEvent, RowsSnapshot } from '../../../shared/contract/schemas.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { dependenceRowsOf } from '../supervisor/gate.ts'
import { processRowOf, sessionRowOf } from '../supervisor/rows.ts'
import { stopAndWait } from '../supervisor/stop.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { checkAlias } from '../workspace/names.ts'
import type { Handlers } from './handlers.ts'
import type { FeedRing } from './rpc/ring.ts'

export type DaemonFacts = Pick<DaemonStatus, 'pid' | 'version' | 'home' | 'socket' | 'log' | 'startedAt'>

export type DaemonHandlerParts = {
  readonly supervision: Supervision
  readonly facts: DaemonFacts
  /** Where sessions live that were made without a folder. */
  readonly workspaces: string
  readonly addresses: () => readonly string[]
  readonly ring: FeedRing<RowsSnapshot, RowsEvent>
  readonly hosts: () => RowsSnapshot['hosts']
  /** Ends this process after the answer has been sent. */
  readonly exitSoon: () => void
  /** Tells how many readers of the feed there are. */
  readonly onReaders: (change: 1 | -1) => void
}

type DaemonMethods = 'daemon.status' | 'daemon.stop' | 'sessions.init' | 'sessions.list' | 'rows.list' | 'rows.watch'

export const snapshotOf = (supervision: Supervision, hosts: () => RowsSnapshot['hosts']): RowsSnapshot => ({
  sessions: supervision.sessions.all().map(sessionRowOf),
  processes: supervision.sessions.processes().map((supervised) => processRowOf(supervised, supervision.parts)),
  dependences: supervision.sessions.all().flatMap(dependenceRowsOf),
  hosts: hosts(),
})

export function createDaemonHandlers(parts: DaemonHandlerParts): Pick<Handlers, DaemonMethods> {
  const { supervision, facts } = parts
  const { sessions } = supervision
  return {
    'daemon.status': async () => {
      const all = sessions.processes()
      const running = all.filter((supervised) => mayBeRunning(supervised.state.life)).length
      return success({
        ...facts,
        protocol: protocolVersion,
        http: [...parts.addresses()],
        processes: { total: all.length, running },
      })
    },
    'daemon.stop': async ({ processes }) => {
      const survivors = processes ? await stopEverything(supervision) : 0
      // With something still alive the daemon stays: whoever asked can look at it and try again.
      if (survivors === 0) parts.exitSoon()
      return success({ survivors })
    },
    'sessions.init': async ({ path, name }) => {
      const folder = path === undefined ? folderOfName(parts.workspaces, name) : success(path)
      if (!folder.ok) return folder
      const made = await sessions.init(folder.value, name)
      return made.ok ? success({ session: sessionRowOf(made.value.session), created: made.value.created }) : made
    },
    'sessions.list': async () => success(sessions.all().map(sessionRowOf)),
    'rows.list': async ({ workspace }) => {
      if (workspace === undefined) return success(snapshotOf(supervision, parts.hosts))
      const session = await sessions.find(workspace, 'read')
      if (!session.ok) return session
      return success({
        sessions: [sessionRowOf(session.value)],
        processes: [...session.value.processes.values()].map((supervised) =>
          processRowOf(supervised, supervision.parts),
        ),
        dependences: dependenceRowsOf(session.value),
        hosts: parts.hosts(),
      })
    },
    'rows.watch': async (_, { after, signal }) => {
      parts.onReaders(1)
      signal.addEventListener('abort', () => parts.onReaders(-1), { once: true })
      return success(parts.ring.parts(after, signal))
    },
  }
}

/** The folder of a session that only has a name, which must then be good for a folder. */
function folderOfName(workspaces: string, name: string | undefined): Result<string> {
  if (name === undefined) return failure('bad_input', 'A session needs a folder or a name.', 'Give one of them')
  const valid = checkAlias(name)
  return valid.ok ? success(join(workspaces, name)) : valid
}

/** Stops what runs in every session of ours; answers how many processes could not be ended. */
async function stopEverything(supervision: Supervision): Promise<number> {
  const running = supervision.sessions
    .processes()
    .filter((supervised) => supervised.session.readOnly === null && mayBeRunning(supervised.state.life))
  await Promise.all(running.map((supervised) => stopAndWait(supervision, supervised, { now: false })))
  return running.filter((supervised) => mayBeRunning(supervised.state.life)).length
}

import { success } from '../../../shared/domain/result.ts'
import { activate, deactivate } from '../supervisor/activation.ts'
import { exportSession } from '../supervisor/export-session.ts'
import { collectGarbage } from '../supervisor/garbage.ts'
import { importInto } from '../supervisor/import-session.ts'
import { processRowOf, sessionRowOf } from '../supervisor/rows.ts'
import { createSample } from '../supervisor/sample-session.ts'
import { survivorsOf } from '../supervisor/stop.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import type { Handlers } from './handlers.ts'

type SessionMethods =
  | 'sessions.activate'
  | 'sessions.deactivate'
  | 'sessions.gc'
  | 'sessions.import'
  | 'sessions.export'
  | 'sessions.sample'

/** What is done with whole sessions. `workspaces` is where the sample session lives without a folder of its own. */
export function createSessionHandlers(supervision: Supervision, workspaces: string): Pick<Handlers, SessionMethods> {
  const { sessions, parts } = supervision
  const rowsOf = (session: { readonly processes: ReadonlyMap<string, Parameters<typeof processRowOf>[0]> }) =>
    [...session.processes.values()].map((supervised) => processRowOf(supervised, parts))
  return {
    'sessions.activate': async ({ workspace, yes }) => {
      const session = await sessions.find(workspace, 'write')
      if (!session.ok) return session
      const activation = await activate(supervision, session.value, { yes })
      if (!activation.ok) return activation
      const { alreadyActive, adopted } = activation.value
      return success({
        session: sessionRowOf(session.value),
        alreadyActive,
        processes: rowsOf(session.value),
        adopted: [...adopted],
      })
    },
    'sessions.deactivate': async ({ workspace }) => {
      const session = await sessions.find(workspace, 'write')
      if (!session.ok) return session
      const ended = await deactivate(supervision, session.value)
      return success({
        session: sessionRowOf(session.value),
        processes: rowsOf(session.value),
        survivors: survivorsOf(ended),
      })
    },
    'sessions.gc': async ({ workspace, dryRun }) => {
      const session = await sessions.find(workspace, 'write')
      return session.ok ? collectGarbage(supervision, session.value, dryRun) : session
    },
    'sessions.import': async (input) => {
      const session = await sessions.find(input.workspace, 'write')
      return session.ok ? importInto(supervision, session.value, input) : session
    },
    'sessions.export': async ({ workspace, withSecrets }) => {
      const session = await sessions.find(workspace, withSecrets ? 'write' : 'read')
      return session.ok ? success({ yaml: exportSession(supervision, session.value, withSecrets) }) : session
    },
    'sessions.sample': async ({ path }) => {
      const made = await createSample(supervision, workspaces, path)
      return made.ok ? success({ session: sessionRowOf(made.value.session), created: made.value.created }) : made
    },
  }
}

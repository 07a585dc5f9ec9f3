import { join } from 'node:path'
import { startInputSchema } from '../../../shared/contract/contract.ts'
import { type Result, success } from '../../../shared/domain/result.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { sampleProcesses, sampleState, writeSampleScripts } from '../workspace/sample.ts'
import { addDependences, processNamed } from './dependences.ts'
import { byUser } from './engine.ts'
import type { OpenSession } from './model.ts'
import { startProcess } from './start.ts'
import { defineState } from './states.ts'
import type { Supervision } from './supervision.ts'

type Made = { readonly session: OpenSession; readonly created: boolean }

/**
 * Makes the sample session in `path`, or in a folder of the home, and starts it: two servers and two programs that wait
 * until their server is operative. One that is there already stays as it is.
 */
export async function createSample(
  supervision: Supervision,
  workspaces: string,
  path: string | undefined,
): Promise<Result<Made>> {
  const made = await supervision.sessions.init(path ?? join(workspaces, 'sample'), undefined)
  if (!made.ok) return made
  const { session } = made.value
  if (session.processes.size > 0) return success({ session, created: false })
  try {
    writeSampleScripts(session.path)
  } catch (error) {
    return fileFailure(error, `Could not write the sample programs to ${session.path}`)
  }
  const filled = await fill(supervision, session)
  if (!filled.ok) return filled
  for (const supervised of session.processes.values()) supervision.engine.start(supervised, byUser)
  return success({ session, created: true })
}

async function fill(supervision: Supervision, session: OpenSession): Promise<Result<null>> {
  for (const { alias, script } of sampleProcesses) {
    const recorded = await startProcess(
      supervision,
      startInputSchema.parse({
        workspace: session.path,
        argv: [process.execPath, join(session.path, 'bin', script)],
        alias,
        restart: 'always',
        shutdown: true,
        launch: false,
      }),
    )
    if (!recorded.ok) return recorded
    const supervised = processNamed(session, alias)
    if (!supervised.ok) return supervised
    if (script !== 'gateway.mjs') continue
    const state = { ...sampleState, ignore: undefined, require: undefined }
    const defined = defineState(supervision, supervised.value, state)
    if (!defined.ok) return defined
  }
  for (const { alias, parents } of sampleProcesses) {
    if (parents.length === 0) continue
    const request = { parents, children: [alias], onLoss: undefined, allowMissing: false }
    const added = addDependences(supervision, session, request)
    if (!added.ok) return added
  }
  return success(null)
}

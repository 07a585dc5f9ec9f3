import { renameSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { OutputOf, ParsedInputOf } from '../../../shared/contract/contract.ts'
import type { EarlierOutput, ImportNote, ImportPlan, PlannedProcess } from '../../../shared/domain/import-plan.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { readImport } from '../importing/read-import.ts'
import { fileFailure } from '../workspace/file-failure.ts'
import { change } from './dependences.ts'
import type { Cause } from './engine.ts'
import { type DraftProcess, draftImport, type ImportDraft } from './import-draft.ts'
import type { OpenSession, Supervised } from './model.ts'
import { addProcess, redefine } from './recording.ts'
import { storeState } from './states.ts'
import type { Supervision } from './supervision.ts'

type Report = OutputOf<'sessions.import'>

const byImport: Cause = { actor: 'user', why: 'import' }

/**
 * Adds what a file or folder of another tool describes to a session; nothing is started. What the session knows already
 * is updated. `strict` refuses as a whole what cannot be taken over as a whole.
 */
export async function importInto(
  supervision: Supervision,
  session: OpenSession,
  input: ParsedInputOf<'sessions.import'>,
): Promise<Result<Report>> {
  const plan = readImport(input.source, callerVariables(supervision))
  if (!plan.ok) return plan
  const draft = draftOf(supervision, session, plan.value, fileNaming(input.source))
  const report = reportOf(plan.value, draft)
  if (input.strict && report.notes.length > 0) return refused(report.notes)
  if (input.dryRun) return success(report)
  const applied = apply(supervision, session, draft)
  return applied.ok ? success(report) : applied
}

/**
 * Fills a session with what gutools left in its own folder: like an import, and the earlier errors of its processes stay
 * readable. Answers what could not be taken over.
 */
export function importInPlace(
  supervision: Supervision,
  session: OpenSession,
  plan: ImportPlan,
): Result<readonly ImportNote[]> {
  const draft = draftOf(supervision, session, plan, fileNaming(session.path))
  const applied = apply(supervision, session, draft)
  if (!applied.ok) return applied
  keepEarlierErrors(session, plan.earlierOutput)
  return success(draft.notes)
}

const callerVariables = ({ parts }: Supervision): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parts.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )

const draftOf = (
  { parts, handlers }: Supervision,
  session: OpenSession,
  plan: ImportPlan,
  fileOf: (plan: ImportPlan) => (planned: PlannedProcess) => string,
): ImportDraft =>
  draftImport(plan, {
    session,
    handlers: handlers(),
    secretOf: (reference) => parts.secrets.process(reference),
    path: parts.environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    now: parts.now(),
    fileOf: fileOf(plan),
  })

/** Files that a folder is read from, where it is no session of gutools. */
const filesInFolder = ['Procfile', 'process-compose.yaml', 'process-compose.yml', 'supervisord.conf']

/** How notes name the file that a process comes from. */
function fileNaming(source: string) {
  const exists = (file: string) => statSync(join(source, file), { throwIfNoEntry: false }) !== undefined
  const isFolder = statSync(source, { throwIfNoEntry: false })?.isDirectory() ?? false
  const file = isFolder ? (filesInFolder.find(exists) ?? basename(source)) : basename(source)
  return ({ format }: ImportPlan) =>
    ({ name, line }: PlannedProcess): string => {
      if (format !== 'gutools') return file
      return line === null ? 'db/session.db' : `etc/${name ?? ''}.yaml`
    }
}

const reportOf = ({ format }: ImportPlan, { processes, dependences, notes }: ImportDraft): Report => {
  const names = (list: readonly DraftProcess[]) => list.map(({ definition, name }) => definition.alias ?? name)
  return {
    format,
    added: names(processes.filter(({ known }) => known === null)),
    updated: names(processes.filter(({ known }) => known !== null)),
    dependences: dependences.length,
    notes: [...notes],
  }
}

function refused(notes: readonly ImportNote[]) {
  const lines = notes.map(
    ({ file, line, what, reason }) => `  ${file}${line === null ? '' : `:${line}`}: ${what}: ${reason}`,
  )
  return failure(
    'failed',
    `Nothing was imported, because not everything can be taken over:\n${lines.join('\n')}\n`,
    'Mend these lines, or import without --strict',
  )
}

function apply(supervision: Supervision, session: OpenSession, draft: ImportDraft): Result<null> {
  try {
    for (const process of draft.processes) {
      const stored = applyProcess(supervision, session, process)
      if (!stored.ok) return stored
    }
    change(supervision, session, [...session.dependences, ...draft.dependences], () => {
      for (const dependence of draft.dependences) session.store?.saveDependence(dependence)
    })
    return success(null)
  } catch (error) {
    return fileFailure(error, `Could not record everything in ${session.path}`)
  }
}

function applyProcess(supervision: Supervision, session: OpenSession, draft: DraftProcess): Result<null> {
  const { definition, secret } = draft
  if (secret !== null && definition.secretRef !== null) {
    supervision.parts.secrets.setProcess(definition.secretRef, secret)
  }
  const supervised: Supervised = draft.known
    ? redefine(supervision, draft.known, definition, byImport)
    : addProcess(supervision, session, draft)
  for (const state of draft.states) {
    const stored = storeState(supervised, state)
    if (!stored.ok) return stored
  }
  if (draft.states.length > 0) supervision.tagger.statesChanged(supervised)
  supervision.engine.publish(supervised)
  return success(null)
}

/** gutools writes `err/<name>.err`; here that is `err/<name>.out`, to which the next run appends. */
function keepEarlierErrors(session: OpenSession, outputs: readonly EarlierOutput[]): void {
  for (const { name, stream, path } of outputs) {
    const target = session.paths.err(name)
    const isTaken = statSync(target, { throwIfNoEntry: false }) !== undefined
    if (stream === 'err' && path !== target && !isTaken) renameSync(path, target)
  }
}

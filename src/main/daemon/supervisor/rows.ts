import { programOf } from '../../../shared/domain/life.ts'
import type { ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'
import { attachedOutput } from '../../../shared/text/attached.ts'
import type { SecretsFile } from '../store/secrets-file.ts'
import { waitsOf } from './gate.ts'
import { isSupervised, type OpenSession, type Supervised } from './model.ts'

export const sessionRowOf = (session: OpenSession): SessionRow => ({
  id: session.id,
  name: session.name,
  path: session.path,
  active: isSupervised(session),
  readOnly: session.readOnly,
  problems: [...session.problems.values()],
})

/** Why the life of a process in a session that somebody else supervises is not known. */
const unsupervised = (supervised: Supervised): ProcessRow['life'] => {
  const { readOnly } = supervised.session
  return readOnly === null
    ? supervised.state.life
    : { kind: 'unknown', since: supervised.createdAt, reason: readOnly.message, last: supervised.desired }
}

/** What a person should know beside its life. */
function noticesOf(supervised: Supervised): string[] {
  const program = programOf(supervised.state.life)
  return [
    ...(program !== null && program.shimPid === null ? [attachedOutput] : []),
    ...(supervised.definitionChanged ? ['definition changed: it applies at the next start'] : []),
  ]
}

export const processRowOf = (supervised: Supervised, secrets: SecretsFile): ProcessRow => ({
  id: supervised.id,
  sessionId: supervised.session.id,
  kind: 'exec',
  name: supervised.name,
  alias: supervised.definition.alias,
  host: supervised.definition.host,
  uri: supervised.definition.uri,
  argv: supervised.definition.argv,
  life: unsupervised(supervised),
  state: supervised.tag?.label ?? null,
  score: supervised.tag?.score ?? null,
  run: supervised.state.run,
  restarts: supervised.restarts,
  restart: supervised.definition.restart,
  restartLimit: supervised.definition.restartLimit,
  shutdown: supervised.definition.shutdown,
  waitingFor: supervised.state.life.kind === 'blocked' ? waitsOf(supervised, secrets) : [],
  notices: noticesOf(supervised),
  createdAt: supervised.createdAt,
  startedAt: supervised.startedAt,
  lastEnd: supervised.lastEnd,
  usage: supervised.usage,
  cpuHistory: supervised.cpuHistory,
})

import type { ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'
import type { OpenSession, Supervised } from './model.ts'

export const sessionRowOf = (session: OpenSession): SessionRow => ({
  id: session.id,
  name: session.name,
  path: session.path,
  active: session.readOnly === null,
  readOnly: session.readOnly,
})

/** Why the life of a process in a session that somebody else supervises is not known. */
const unsupervised = (supervised: Supervised): ProcessRow['life'] => {
  const { readOnly } = supervised.session
  return readOnly === null
    ? supervised.state.life
    : { kind: 'unknown', since: supervised.createdAt, reason: readOnly.message, last: supervised.desired }
}

export const processRowOf = (supervised: Supervised): ProcessRow => ({
  id: supervised.id,
  sessionId: supervised.session.id,
  kind: 'exec',
  name: supervised.name,
  alias: supervised.definition.alias,
  host: supervised.definition.host,
  uri: supervised.definition.uri,
  argv: supervised.definition.argv,
  life: unsupervised(supervised),
  state: null,
  score: null,
  run: supervised.state.run,
  restarts: supervised.restarts,
  restart: supervised.definition.restart,
  shutdown: supervised.definition.shutdown,
  createdAt: supervised.createdAt,
  startedAt: supervised.startedAt,
  lastEnd: supervised.lastEnd,
  usage: supervised.usage,
  cpuHistory: supervised.cpuHistory,
})

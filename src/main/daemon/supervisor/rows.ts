import { programOf } from '../../../shared/domain/life.ts'
import type { ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'
import { attachedOutput } from '../../../shared/text/attached.ts'
import { type GateParts, waitsOf } from './gate.ts'
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
    : { kind: 'unknown', since: supervised.createdAt, reason: readOnly.message, ...asWanted(supervised) }
}

const asWanted = ({ desired }: Supervised) => ({ last: desired, program: null, stop: null })

/** What a person should know beside its life. */
function noticesOf(supervised: Supervised): string[] {
  const program = programOf(supervised.state.life)
  return [
    ...(program !== null && program.shimPid === null ? [attachedOutput] : []),
    ...(supervised.logNotice === null ? [] : [supervised.logNotice]),
    ...(supervised.definitionChanged ? ['definition changed: it applies at the next start'] : []),
  ]
}

/** A state that was recognised before its host was lost says nothing about now. */
const seenTag = ({ tag, state }: Supervised) => (state.life.kind === 'unknown' ? null : tag)

export const processRowOf = (supervised: Supervised, parts: GateParts): ProcessRow => ({
  id: supervised.id,
  sessionId: supervised.session.id,
  kind: 'exec',
  name: supervised.name,
  alias: supervised.definition.alias,
  host: supervised.definition.host,
  pty: supervised.definition.pty,
  uri: supervised.definition.uri,
  argv: supervised.definition.argv,
  life: unsupervised(supervised),
  state: seenTag(supervised)?.label ?? null,
  score: seenTag(supervised)?.score ?? null,
  run: supervised.state.run,
  restarts: supervised.restarts,
  restart: supervised.definition.restart,
  restartLimit: supervised.definition.restartLimit,
  shutdown: supervised.definition.shutdown,
  waitingFor: supervised.state.life.kind === 'blocked' ? waitsOf(supervised, parts) : [],
  notices: noticesOf(supervised),
  createdAt: supervised.createdAt,
  startedAt: supervised.startedAt,
  lastEnd: supervised.lastEnd,
  usage: supervised.usage,
  cpuHistory: supervised.cpuHistory,
})

import { type Dependence, type Required, requiredText } from '../../../shared/domain/dependence.ts'
import { isReachable, localHostName } from '../../../shared/domain/host.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import type { DependenceRow, WaitingFor } from '../../../shared/domain/rows.ts'
import { hostNow } from '../../../shared/text/host.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { statusOf, statusWord } from '../../../shared/text/status.ts'
import type { Hosts } from '../host/port.ts'
import type { SecretsFile } from '../store/secrets-file.ts'
import { nameOf, type OpenSession, type Supervised } from './model.ts'

/** Whether a parent is now what it must be. */
function isMet(parent: Supervised, required: Required): boolean {
  const { life } = parent.state
  switch (required.kind) {
    case 'up':
    case 'ready':
      // A process with a readiness check is `starting` until it is ready.
      return life.kind === 'up'
    case 'exited':
      return life.kind === 'exited' && (required.code === null || life.end.code === required.code)
    case 'state':
      return life.kind === 'up' && parent.tag?.label === required.label
    default:
      return assertNever(required)
  }
}

export const parentOf = (session: OpenSession, dependence: Dependence): Supervised | null =>
  dependence.parent.kind === 'process' ? (session.processes.get(dependence.parent.id) ?? null) : null

export function holds(session: OpenSession, dependence: Dependence): boolean {
  const parent = parentOf(session, dependence)
  return parent !== null && isMet(parent, dependence.required)
}

export const dependenceRowsOf = (session: OpenSession): DependenceRow[] =>
  session.dependences.map((dependence) => ({ ...dependence, holds: holds(session, dependence) }))

/** What the parent is now, for people: `starting`, `running`, `running, state launch`, `does not exist`. */
function nowOf(parent: Supervised | null): string {
  if (parent === null) return 'does not exist'
  const word = statusWord[statusOf(parent.state.life)].toLowerCase()
  return parent.tag === null ? word : `${word}, state ${parent.tag.label}`
}

/** What a gate looks at beside the processes of the session. */
export type GateParts = { readonly secrets: SecretsFile; readonly hosts: Pick<Hosts, 'state'> }

/** Everything that must come before this process may be launched; empty when it may be. */
export function waitsOf(supervised: Supervised, { secrets, hosts }: GateParts): WaitingFor[] {
  const { session } = supervised
  const waits: WaitingFor[] = session.dependences
    .filter((dependence) => dependence.childId === supervised.id && !holds(session, dependence))
    .map((dependence) => {
      const parent = parentOf(session, dependence)
      const name = parent ? nameOf(parent) : dependence.parent.kind === 'missing' ? dependence.parent.name : '?'
      return { kind: 'parent', id: parent?.id ?? null, name, required: dependence.required, now: nowOf(parent) }
    })
  const missing = missingSecrets(supervised, secrets)
  if (missing.length > 0) waits.push({ kind: 'secrets', names: missing })
  return [...waits, ...hostWait(supervised, hosts)]
}

function hostWait({ definition: { host } }: Supervised, hosts: Pick<Hosts, 'state'>): WaitingFor[] {
  if (host === localHostName) return []
  const state = hosts.state(host)
  return isReachable(state) ? [] : [{ kind: 'host', name: host, now: hostNow(state) }]
}

/**
 * Names of secret variables whose values are not on this machine. A secret in the command line cannot be waited for: only
 * a start with the whole URI brings it.
 */
function missingSecrets(supervised: Supervised, secrets: SecretsFile): string[] {
  const { secretRef, argv, env } = supervised.definition
  const stored = secretRef === null ? null : secrets.process(secretRef)
  if ((stored?.argv ?? argv).some((element) => element.includes(redacted))) return []
  return Object.keys(env).filter((name) => env[name] === redacted && stored?.env[name] === undefined)
}

/** Why a gate opened, for the history: `master.tws is operative`. */
export function metSentence(supervised: Supervised): string | null {
  const { session } = supervised
  const met = session.dependences
    .filter((dependence) => dependence.childId === supervised.id)
    .flatMap((dependence) => {
      const parent = parentOf(session, dependence)
      if (parent === null) return []
      const { required } = dependence
      const what =
        required.kind === 'up' ? 'runs' : required.kind === 'exited' ? 'ended' : `is ${requiredText(required)}`
      return [`${nameOf(parent)} ${what}`]
    })
  return met.length === 0 ? null : met.join(', ')
}

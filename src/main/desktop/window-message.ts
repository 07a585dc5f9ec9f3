import {
  type CommandContext,
  commands,
  type DesktopMessage,
  type SessionState,
  themeChoices,
} from '../../shared/commands/commands.ts'
import type { LifeKind } from '../../shared/domain/life.ts'

/** What a window may say to main. */
export type WindowMessage = Exclude<
  DesktopMessage,
  { readonly kind: 'show' | 'notice' | 'show-attention' | 'ask-quit' | 'daemon' }
>

/** What menus need of a row: the kind of its life. */
type MenuRow = CommandContext['selected'][number]

/** Every kind of life, so that the compiler names one that is missing here. */
const lifeKinds: Readonly<Record<LifeKind, true>> = {
  new: true,
  blocked: true,
  starting: true,
  up: true,
  paused: true,
  stopping: true,
  backoff: true,
  down: true,
  exited: true,
  failed: true,
  ambiguous: true,
  unknown: true,
}

/** Reads a message of a window; null for anything else, which only a window that was taken over would send. */
export function parseWindowMessage(data: unknown): WindowMessage | null {
  if (!isRecord(data)) return null
  switch (data.kind) {
    case 'command': {
      const known = commands.find(({ id }) => id === data.id)
      return known ? { kind: 'command', id: known.id } : null
    }
    case 'context': {
      const context = parseContext(data.context)
      return context && { kind: 'context', context }
    }
    case 'quit':
      return typeof data.stopAll === 'boolean' ? { kind: 'quit', stopAll: data.stopAll } : null
    case 'open-folder':
      return typeof data.sessionId === 'string' ? { kind: 'open-folder', sessionId: data.sessionId } : null
    case 'theme': {
      const theme = themeChoices.find((choice) => choice === data.theme)
      return theme ? { kind: 'theme', theme } : null
    }
    case 'daemon-retry':
    case 'open-log':
      return { kind: data.kind }
    default:
      return null
  }
}

function parseContext(value: unknown): CommandContext | null {
  if (!isRecord(value) || typeof value.connected !== 'boolean') return null
  const { selected, session, focus, connected } = value
  if (session !== null && !isSessionState(session)) return null
  if (focus !== 'grid' && focus !== 'log' && focus !== 'other') return null
  return Array.isArray(selected) && selected.every(isMenuRow) ? { selected, session, focus, connected } : null
}

const isMenuRow = (row: unknown): row is MenuRow =>
  isRecord(row) && isRecord(row.life) && typeof row.life.kind === 'string' && Object.hasOwn(lifeKinds, row.life.kind)

const isSessionState = (value: unknown): value is SessionState =>
  isRecord(value) && typeof value.active === 'boolean' && typeof value.writable === 'boolean'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

import type { Engine, EngineParts } from './engine.ts'
import type { Sessions } from './sessions.ts'

/** What the commands of the supervisor work with. */
export type Supervision = {
  readonly engine: Engine
  readonly parts: EngineParts
  readonly sessions: Sessions
}

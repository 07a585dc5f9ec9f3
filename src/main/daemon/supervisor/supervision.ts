import type { SchemeHandlers } from '../../../shared/domain/scheme-handlers.ts'
import type { Engine, EngineParts } from './engine.ts'
import type { Sessions } from './sessions.ts'
import type { Tagger } from './tags.ts'

/** What the commands of the supervisor work with. */
export type Supervision = {
  readonly engine: Engine
  readonly parts: EngineParts
  readonly sessions: Sessions
  readonly tagger: Tagger
  /** Schemes of URIs that config.yaml gives a program to. */
  readonly handlers: () => SchemeHandlers
}

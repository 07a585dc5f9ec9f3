import { type Result, success } from '../../../shared/domain/result.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import type { NewTerminal } from '../host/terminal-port.ts'
import type { EngineParts } from './engine.ts'
import type { Supervised } from './model.ts'

type Parts = Pick<EngineParts, 'terminals'>

/** What every face is: xterm, or a terminal that understands it (terminfo(5)). A person may choose another name. */
const terminalType = 'xterm-256color'

/** The environment of a program that gets a terminal. Its size is known to the terminal, and changes. */
export const inTerminal = (env: Readonly<Record<string, string>>): Record<string, string> => ({
  TERM: terminalType,
  ...env,
})

/** The terminal of the next run; null for a process that has none. */
export async function openTerminal(parts: Parts, supervised: Supervised): Promise<Result<NewTerminal | null>> {
  const { definition, session, id, name } = supervised
  return definition.pty ? parts.terminals.open(id, session.paths.out(name)) : success(null)
}

/** The end of a run, and that it came from the end of an earlier daemon, with which its terminal went. */
export function endInTerminal({ terminals }: Parts, { definition, id }: Supervised, end: RunEnd): RunEnd {
  if (!definition.pty || terminals.isOurs(id)) return end
  return { ...end, reason: 'its terminal ended with the daemon' }
}

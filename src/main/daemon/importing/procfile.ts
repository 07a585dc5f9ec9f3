import { dirname } from 'node:path'
import {
  type ImportNote,
  type ImportPlan,
  type PlannedProcess,
  plainProcess,
} from '../../../shared/domain/import-plan.ts'
import type { Result } from '../../../shared/domain/result.ts'
import { plainWords } from '../../../shared/text/shell-words.ts'
import { createAliases } from './aliases.ts'
import { readEnvFileBeside } from './env-beside.ts'
import { finishPlan } from './finish-plan.ts'
import { type Note, noteIn } from './notes.ts'
import type { Variables } from './variables.ts'

/**
 * Reads a Procfile (foreman): `name: command` lines, with the variables of the `.env` beside it. As foreman does, a
 * command runs in the folder of the file, is not restarted and ends with the session.
 */
export function readProcfile(path: string, fileName: string, text: string): Result<ImportPlan> {
  const notes: ImportNote[] = []
  const note = noteIn(notes, fileName)
  const env = readEnvFileBeside(path, '.env', notes)
  const aliasOf = createAliases()
  const processes: PlannedProcess[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    // A colon in the command needs no care: names hold none.
    const [, name, command] = /^([A-Za-z0-9_.-]+)[ \t]*:[ \t]*(\S.*)$/.exec(line) ?? []
    if (name === undefined || command === undefined) {
      note(index + 1, 'line', 'not of the form NAME: COMMAND')
      continue
    }
    notePort(command, name, env, index + 1, note)
    processes.push({
      ...plainProcess,
      alias: aliasOf(name, index + 1, note),
      argv: plainWords(command) ?? ['/bin/sh', '-c', command.trimEnd()],
      cwd: dirname(path),
      env,
      restart: 'never',
      shutdown: true,
      line: index + 1,
    })
  }
  return finishPlan(path, { format: 'procfile', processes, notes })
}

/** Runners of Procfiles hand out ports; here a port is chosen by the person, like any other variable. */
function notePort(command: string, name: string, env: Variables, line: number, note: Note): void {
  if (/\$\{?PORT\b/.test(command) && !('PORT' in env)) {
    note(line, name, 'PORT is not handed out here: set it with start --env PORT=5000, or in .env')
  }
}

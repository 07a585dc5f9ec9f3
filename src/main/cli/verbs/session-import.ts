import path from 'node:path'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import type { Cli } from '../cli.ts'
import { importSentence, sayImportNotes } from '../import-report.ts'
import { exitOk, exitPartly, type Invocation, type Verb } from '../verb.ts'

export const sessionImport: Verb = {
  path: ['session', 'import'],
  summary: 'add the processes that a file or folder of another tool describes; nothing is started',
  operands: '<FILE|DIR>',
  options: [
    { flags: '--strict', description: 'import nothing, and exit with 1, if something cannot be taken over' },
    { flags: '--dry-run', description: 'only say what would be imported' },
  ],
  examples: [
    'procession session import Procfile',
    'procession session import ~/workspace/old --dry-run',
    'procession session import /etc/supervisor/supervisord.conf --strict',
  ],
  notes: [
    'Reads a directory of gutools Session, a Procfile, a process-compose file, a supervisord configuration, and what',
    'session export writes. What cannot be taken over is listed with its line and the reason on standard error.',
  ],
  run: importFrom,
}

async function importFrom({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const strict = options.flag('strict')
  const dryRun = options.flag('dryRun')
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const source = path.resolve(cli.workspace, operands[0] ?? '')
  const answer = await client.value.call('sessions.import', { workspace: cli.workspace, source, strict, dryRun })
  if (!answer.ok) return answer
  const refused = strict && answer.value.notes.length > 0
  if (cli.json) {
    cli.out.json({ ...answer.value, imported: !refused && !dryRun })
    return success(refused ? exitPartly : exitOk)
  }
  sayImportNotes(answer.value, cli)
  if (refused) {
    const count = countOf(answer.value.notes.length, 'thing', 'things')
    return failure('failed', `Nothing was imported: ${count} cannot be taken over`, 'Without --strict the rest is.')
  }
  cli.out.line(importSentence(answer.value, dryRun))
  return success(exitOk)
}

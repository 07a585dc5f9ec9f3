import { type Result, success } from '../../../shared/domain/result.ts'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import type { Cli } from '../cli.ts'
import { printTable } from '../table.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionGc: Verb = {
  path: ['session', 'gc'],
  summary: 'remove files of the workspace that belong to no process any more',
  operands: '',
  options: [{ flags: '--dry-run', description: 'only say what would be removed' }],
  examples: ['procession session gc --dry-run', 'procession session gc'],
  run: gc,
}

async function gc({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const dryRun = options.flag('dryRun')
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('sessions.gc', { workspace: cli.workspace, dryRun })
  if (!answer.ok) return answer
  const { removed, events } = answer.value
  if (cli.json) {
    cli.out.json({ removed, events, dry_run: dryRun })
    return success(exitOk)
  }
  if (removed.length > 0) {
    printTable(
      cli.out,
      [{ title: 'FILE' }, { title: 'SIZE', align: 'right' }, { title: 'REASON' }],
      removed.map(({ path, bytes, reason }) => [path, formatBytes(bytes), reason]),
    )
  }
  const size = formatBytes(removed.reduce((sum, { bytes }) => sum + bytes, 0))
  const what = `${countOf(removed.length, 'file', 'files')} (${size}), ${countOf(events, 'old event', 'old events')}`
  const isNothing = removed.length === 0 && events === 0
  cli.out.line(isNothing ? 'Nothing to remove' : `${dryRun ? 'Would remove' : 'Removed'} ${what}`)
  return success(exitOk)
}

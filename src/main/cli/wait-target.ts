import type { Target } from '../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { redactUri } from '../../shared/text/redact.ts'
import type { Cli, DaemonClient } from './cli.ts'
import { pidOf } from './json.ts'
import { parseOptional, parsePid } from './parse.ts'
import { fullName } from './row-text.ts'
import { onlyOne, targetOf } from './targets.ts'
import type { Invocation } from './verb.ts'

const hint = 'Give one of NAME, --alias ALIAS, --name NAME, --uri URI, --pid PID.'

/** How a command line names the process to wait for. */
export type WaitName =
  | { readonly kind: 'reference'; readonly text: string }
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'pid'; readonly pid: number }

/** Failures are `bad_input`: there must be exactly one name. */
export function readWaitName({ operands, options }: Invocation): Result<WaitName> {
  const uri = options.text('uri')
  const pid = parseOptional(options.text('pid'), parsePid)
  if (!pid.ok) return pid
  const given = [operands[0], options.text('alias'), options.text('name'), uri, options.text('pid')]
  const text = onlyOne(given, 'The process', hint)
  if (!text.ok) return text
  if (pid.value !== undefined) return success({ kind: 'pid', pid: pid.value })
  return success(uri === undefined ? { kind: 'reference', text: text.value } : { kind: 'uri', uri })
}

/** The process that is meant. A URI is compared as it is shown, without its secrets. */
export async function findWaitTarget(name: WaitName, client: DaemonClient, cli: Cli): Promise<Result<Target>> {
  if (name.kind === 'reference') return success(targetOf(name.text, cli))
  const rows = await client.call('rows.list', { workspace: cli.workspace })
  if (!rows.ok) return rows
  const { processes } = rows.value
  if (name.kind === 'pid') {
    return onlyRow(
      processes.filter((row) => pidOf(row.life) === name.pid),
      `the pid ${name.pid}`,
    )
  }
  const shown = redactUri(name.uri)
  return onlyRow(
    processes.filter((row) => row.uri === shown),
    `the URI ${shown}`,
  )
}

function onlyRow(rows: readonly ProcessRow[], what: string): Result<Target> {
  const [first, second] = rows
  if (first === undefined) {
    return failure('not_found', `No process of this session has ${what}`, 'See them: procession session show')
  }
  if (second === undefined) return success({ id: first.id })
  return failure('ambiguous', `Several processes have ${what}: ${rows.map(fullName).join(', ')}`, 'Name one of them.')
}

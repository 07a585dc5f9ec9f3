import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { readDependences } from '../dependence-rows.ts'
import { dependenceJson } from '../json.ts'
import { styled } from '../printer.ts'
import { printTable } from '../table.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionDependenceList: Verb = {
  path: ['session', 'dependence', 'list'],
  summary: 'list which process waits for which, and whether it may start',
  operands: '',
  options: [],
  examples: ['procession session dependence list', 'procession session dependence list --json'],
  run: list,
}

async function list(_: Invocation, cli: Cli): Promise<Result<number>> {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const read = await readDependences(client.value, cli)
  if (!read.ok) return read
  const rows = read.value.edges.map((edge) => dependenceJson(edge, read.value.names))
  if (cli.json) {
    cli.out.json(rows)
  } else if (rows.length === 0) {
    cli.err.line('No dependences yet. Add one: procession session dependence add --parent NAME --child NAME')
  } else {
    printTable(
      cli.out,
      [{ title: 'PARENT' }, { title: 'STATE' }, { title: 'CHILD' }, { title: 'HOLDS' }, { title: 'ON LOSS' }],
      rows.map((row) => [
        row.exists ? row.parent : styled(`${row.parent} (does not exist)`, 'yellow'),
        row.state,
        row.child,
        row.holds ? 'yes' : styled('no', 'yellow'),
        row.on_loss,
      ]),
    )
  }
  return success(exitOk)
}

import { type Result, success } from '../../../shared/domain/result.ts'
import { dotOf } from '../../../shared/graph/dot.ts'
import type { Cli } from '../cli.ts'
import { readDependences } from '../dependence-rows.ts'
import { dependenceTree } from '../dependence-tree.ts'
import { dependenceJson } from '../json.ts'
import { parentName } from '../process-names.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionDependenceGraph: Verb = {
  path: ['session', 'dependence', 'graph'],
  summary: 'draw which process waits for which',
  operands: '',
  options: [{ flags: '--dot', description: 'as a graph of Graphviz' }],
  examples: ['procession session dependence graph', 'procession session dependence graph --dot > dependences.dot'],
  run: graph,
}

async function graph({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const read = await readDependences(client.value, cli)
  if (!read.ok) return read
  const { edges, names } = read.value
  if (options.flag('dot')) {
    const dot = dotOf(
      edges.map((edge) => ({
        parentName: parentName(edge, names),
        required: edge.required,
        childName: names(edge.childId),
      })),
    )
    for (const line of dot.trimEnd().split('\n')) cli.out.line(line)
  } else if (cli.json) {
    cli.out.json(edges.map((edge) => dependenceJson(edge, names)))
  } else if (edges.length === 0) {
    cli.err.line('No dependences yet. Add one: procession session dependence add --parent NAME --child NAME')
  } else {
    for (const line of dependenceTree(read.value)) cli.out.line(...line)
  }
  return success(exitOk)
}

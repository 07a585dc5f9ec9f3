import { success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { sessionJson } from '../json.ts'
import { styled } from '../printer.ts'
import { printTable } from '../table.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionList: Verb = {
  path: ['session', 'list'],
  summary: 'list the sessions that the daemon knows',
  operands: '',
  options: [],
  examples: ['procession session list', 'procession session list --json'],
  run: list,
}

async function list(_: Invocation, cli: Cli) {
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const answer = await client.value.call('rows.list', {})
  if (!answer.ok) return answer
  const sessions = answer.value.sessions.map((session) => sessionJson(session, answer.value.processes))
  if (cli.json) {
    cli.out.json(sessions)
  } else if (sessions.length === 0) {
    cli.err.line('No sessions yet. Make one: procession session init FOLDER')
  } else {
    printTable(
      cli.out,
      [
        { title: 'SESSION' },
        { title: 'ACTIVE' },
        { title: 'RUNNING', align: 'right' },
        { title: 'PROCESSES', align: 'right' },
        { title: 'WORKSPACE' },
      ],
      sessions.map((session) => [
        session.name,
        session.active ? 'active' : 'inactive',
        String(session.running),
        String(session.processes),
        session.read_only === null
          ? session.path
          : styled(`${session.path} (read only: ${session.read_only.message})`, 'yellow'),
      ]),
    )
    for (const { name, problems } of sessions) {
      for (const problem of problems) cli.err.line(`procession: ${name}: ${problem}`)
    }
  }
  return success(exitOk)
}

import path from 'node:path'
import type { OutputOf } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { given } from '../given.ts'
import { importSentence, sayImportNotes } from '../import-report.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'
import { givenFolder, pathOption } from '../workspace-argument.ts'

export const sessionInit: Verb = {
  path: ['session', 'init'],
  summary: 'make a folder the workspace of a session; harmless where it is one already',
  operands: '[path]',
  options: [
    pathOption,
    { flags: '-n, --name <name>', description: 'name of the session (else that of the folder)' },
    { flags: '--sample', description: 'make a session with two pairs of processes to try things on' },
    { flags: '--import <dir>', description: 'then add what this file or folder of another tool describes' },
  ],
  examples: [
    'procession session init ~/workspace/atlas',
    'procession session init --name atlas',
    'procession session init ~/workspace/atlas --import ~/workspace/old',
    'procession session init --sample',
  ],
  notes: ['Without a folder the sample session gets one of its own in the home of the daemon.'],
  run: init,
}

type Made = OutputOf<'sessions.init'>

async function init(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const folder = givenFolder(invocation, cli)
  if (!folder.ok) return folder
  const { options } = invocation
  const name = options.text('name')
  const source = options.text('import')
  if (options.flag('sample') && (name !== undefined || source !== undefined)) {
    return failure('bad_input', '--sample goes with neither --name nor --import', 'Make the sample session alone.')
  }
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const made = options.flag('sample')
    ? await client.value.call('sessions.sample', given({ path: folder.value ?? undefined }))
    : await client.value.call('sessions.init', { path: folder.value ?? cli.workspace, ...given({ name }) })
  if (!made.ok) return made
  return source === undefined ? report(made.value, null, cli) : importAndReport(client.value, made.value, source, cli)
}

async function importAndReport(client: DaemonClient, made: Made, source: string, cli: Cli): Promise<Result<number>> {
  const imported = await client.call('sessions.import', {
    workspace: made.session.path,
    source: path.resolve(cli.workspace, source),
    strict: false,
  })
  return imported.ok ? report(made, imported.value, cli) : imported
}

function report({ session, created }: Made, imported: OutputOf<'sessions.import'> | null, cli: Cli): Result<number> {
  const { id, name, path: folder, active } = session
  if (cli.json) {
    cli.out.json({ id, name, path: folder, active, created, ...(imported === null ? {} : { import: imported }) })
  } else {
    cli.out.line(created ? `Created session ${name} in ${folder}` : `Session ${name} is in ${folder}`)
    if (imported !== null) {
      sayImportNotes(imported, cli)
      cli.out.line(importSentence(imported, false))
    }
  }
  if (session.readOnly !== null) cli.err.line(`procession: read only: ${session.readOnly.message}`)
  return success(exitOk)
}

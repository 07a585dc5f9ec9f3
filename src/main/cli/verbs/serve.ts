import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { styled } from '../printer.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

const defaultListen = '127.0.0.1:7517'

export const serve: Verb = {
  path: ['serve'],
  summary: 'serve the interface to a browser on this machine, until Ctrl-C',
  operands: '',
  options: [{ flags: '--listen <address:port>', description: `where to listen (else ${defaultListen})` }],
  examples: ['procession serve', 'procession serve --listen 127.0.0.1:8080 --json'],
  notes: [
    'The printed address works once: its key is used up by the first page that opens it.',
    'Run serve again beside an open one for a fresh address. With --json the first line is {"url","socket","pid"}.',
  ],
  run,
}

async function run({ options }: Invocation, cli: Cli): Promise<Result<number>> {
  const client = await cli.daemon.connect({ lasting: true })
  if (!client.ok) return client
  const signal = cli.interrupted()
  const ended = await client.value.watch(
    'http.serve',
    { listen: options.text('listen') ?? defaultListen },
    {
      signal,
      // Also after the connection was lost and is back: then the listener is a new one, with a new key.
      onPart: async ({ url }) => {
        if (!cli.json) return sayUrl(url, cli)
        const status = await client.value.call('daemon.status', {})
        if (status.ok) cli.out.json({ url, socket: status.value.socket, pid: status.value.pid })
      },
    },
  )
  return ended.ok || signal.aborted ? success(exitOk) : ended
}

function sayUrl(url: string, cli: Cli): void {
  cli.out.line('Procession is at ', styled(url, 'cyan'))
  cli.out.line('The address works once; Ctrl-C stops serving. Processes stay.')
}

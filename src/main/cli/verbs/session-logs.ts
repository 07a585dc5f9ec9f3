import { decodeLogPart } from '../../../shared/contract/log-part.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { attachedOutput, isAttached } from '../../../shared/text/attached.ts'
import type { Cli } from '../cli.ts'
import {
  chosenStreams,
  jsonOutput,
  type LogOutput,
  placeAfter,
  terminalOutput,
  untouchedOutput,
} from '../log-output.ts'
import { parseLineCount, parseOptional } from '../parse.ts'
import { targetOf } from '../targets.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const sessionLogs: Verb = {
  path: ['session', 'logs'],
  summary: 'print what a process has written, oldest first',
  operands: '<NAME>',
  options: [
    { flags: '-n, --lines <n>', description: 'only the last n lines (else all)' },
    { flags: '-f, --follow', description: 'go on with what comes, until Ctrl-C' },
    { flags: '--err', description: 'standard error instead of standard output' },
    { flags: '--merge', description: 'both, in the order in which they came' },
    { flags: '--raw', description: 'pass everything to a terminal, not only text and colours' },
  ],
  examples: [
    'procession session logs counter -n 20 -f',
    'procession session logs master.tws --err',
    'procession session logs counter > counter.log',
  ],
  notes: [
    'A terminal gets text and colours only; into a file or a pipe every byte goes as it was written.',
    'With --json each line is an object {"stream","at","text"}. Ctrl-C ends -f with exit code 0.',
  ],
  run: logs,
}

async function logs({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  if (options.flag('err') && options.flag('merge')) {
    return failure('bad_input', '--err and --merge exclude each other', '--merge prints both streams.')
  }
  const lines = parseOptional(options.text('lines'), parseLineCount)
  if (!lines.ok) return lines
  const follow = options.flag('follow')
  const client = await cli.daemon.connect({ lasting: follow })
  if (!client.ok) return client
  const target = targetOf(operands[0] ?? '', cli)
  const shown = await client.value.call('process.show', target)
  if (!shown.ok) return shown
  if (isAttached(shown.value.row)) cli.err.line(`procession: ${attachedOutput}`)
  const output = outputFor(cli, options.flag('raw'))
  const signal = follow ? cli.interrupted() : new AbortController().signal
  const input = {
    target,
    streams: chosenStreams(options.flag('err'), options.flag('merge')),
    from: null,
    lines: lines.value ?? null,
    follow,
  }
  const ended = await client.value.bytes('logs.tail', input, {
    signal,
    onPart: async (part) => {
      for (const segment of decodeLogPart(part)) await cli.out.bytes(output.write(segment))
    },
    advance: (before, part) => ({ ...before, from: placeAfter(before.from, decodeLogPart(part)), lines: null }),
  })
  await cli.out.bytes(output.end())
  return ended.ok || signal.aborted ? success(exitOk) : ended
}

function outputFor(cli: Cli, raw: boolean): LogOutput {
  if (cli.json) return jsonOutput()
  return cli.out.isTerminal && !raw ? terminalOutput(cli.out.colour) : untouchedOutput()
}

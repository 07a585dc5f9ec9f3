import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { programOf } from '../../../shared/domain/life.ts'
import { assertNever, type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import { detailSentence, endSentence } from '../../../shared/text/detail.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { targetOf } from '../targets.ts'
import { attachTerminal } from '../terminal/attach.ts'
import { parseDetachKey, usualDetachKey } from '../terminal/detach-key.ts'
import { exitInterrupted, exitOk, exitPartly, type Invocation, type Verb } from '../verb.ts'

export const sessionAttachTty: Verb = {
  path: ['session', 'attach-tty'],
  summary: 'use the terminal of a process that was started with --pty, here',
  operands: '<NAME>',
  options: [{ flags: '--detach-key <key>', description: 'leaves it without ending the program (else ctrl-])' }],
  examples: ['procession session attach-tty shell', 'procession session attach-tty shell --detach-key ctrl-a'],
  notes: [
    'Every key goes to the program, Ctrl-C too. It ends with 0 when you detach, and with the exit code of the program',
    'when that ends; 128 and the number of the signal when one ended it.',
  ],
  run: attachTty,
}

async function attachTty({ operands, options }: Invocation, cli: Cli): Promise<Result<number>> {
  const detachKey = parseDetachKey(options.text('detachKey') ?? usualDetachKey)
  if (!detachKey.ok) return detachKey
  if (cli.terminal === null) {
    return failure(
      'bad_input',
      'Standard input and output are not a terminal',
      'Run it in a terminal window; over ssh with ssh -t.',
    )
  }
  const client = await cli.daemon.connect()
  if (!client.ok) return client
  const shown = await client.value.call('process.show', targetOf(operands[0] ?? '', cli))
  if (!shown.ok) return shown
  const { row, paths } = shown.value
  const refusal = refusalOf(row, paths.etc, cli.now())
  if (refusal !== null) return refusal
  const name = displayName(row)
  cli.err.line(`Attached to ${name}. ${detachKey.value.name} detaches; the program goes on.`)
  const attachment = {
    client: client.value,
    target: { id: row.id },
    terminal: cli.terminal,
    detachKey: detachKey.value,
  }
  const left = await attachTerminal(attachment, cli)
  switch (left.kind) {
    case 'detached':
      cli.err.line(`Detached from ${name}; it goes on.`)
      return success(exitOk)
    case 'interrupted':
      return success(exitInterrupted)
    case 'lost':
      return left.why.code === 'disconnected' || left.why.code === 'unreachable' ? lostWith(left.why, name) : left.why
    case 'ended':
      return success(await sayEnd(client.value, row, cli))
    default:
      return assertNever(left)
  }
}

/** The terminal was one of the daemon, and went with it. */
const lostWith = ({ code, message }: Failure, name: string): Failure =>
  failure(code, message, `If the daemon has ended, so has ${name}. Start it again: procession session start ${name}`)

/** Why there is nothing to attach to; null where there is. */
function refusalOf(row: ProcessRow, settings: string, now: number): Result<never> | null {
  const name = displayName(row)
  if (!row.pty) {
    return failure(
      'conflict',
      `${name} has no terminal`,
      `Start one with session start --pty. To give it one: pty: true in ${settings}, then session restart ${name}`,
    )
  }
  if (programOf(row.life) !== null) return null
  const hint = `Start it: procession session start ${name}`
  return failure('conflict', `${name} is not running: ${detailSentence(row, now)}`, hint)
}

/** The end of a program is written down a moment after its terminal is closed. */
const patienceMs = 2000
const lookEveryMs = 20

/** @returns the exit code of the run that was attached to */
async function sayEnd(client: DaemonClient, row: ProcessRow, cli: Cli): Promise<number> {
  const end = await endOf(client, row)
  const what = end === null ? 'Its terminal was closed' : endSentence(end)
  cli.err.line(`${displayName(row)} is over: ${what}`)
  return end === null ? exitPartly : exitCodeOfEnd(end)
}

async function endOf(client: DaemonClient, { id, run }: ProcessRow): Promise<RunEnd | null> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const shown = await client.call('process.show', { id })
    if (!shown.ok) return null
    const end = shown.value.runs.find((one) => one.run === run)?.end ?? null
    if (end !== null || performance.now() > deadline) return end
    await pause(lookEveryMs)
  }
}

/** As a shell gives it (bash(1), EXIT STATUS). */
function exitCodeOfEnd({ code, signal }: RunEnd): number {
  if (code !== null) return code
  const numbers: Readonly<Record<string, number>> = constants.signals
  const number = signal === null ? undefined : numbers[signal]
  return number === undefined ? exitPartly : 128 + number
}

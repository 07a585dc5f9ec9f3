import type { InputOf, WaitPart } from '../../../shared/contract/contract.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { detailSentence } from '../../../shared/text/detail.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { parseOptional, parseTimeout } from '../parse.ts'
import { processesJson } from '../processes-json.ts'
import { fullName } from '../row-text.ts'
import { exitInterrupted, exitOk, type Invocation, type Verb } from '../verb.ts'
import { findWaitTarget, readWaitName } from '../wait-target.ts'

export const sessionWait: Verb = {
  path: ['session', 'wait'],
  summary: 'wait until a process is up, or until a condition holds',
  operands: '[NAME]',
  options: [
    { flags: '-a, --alias <alias>', description: 'the process by its alias' },
    { flags: '-n, --name <name>', description: 'the process by its name' },
    { flags: '-u, --uri <uri>', description: 'the process by its URI' },
    { flags: '-p, --pid <pid>', description: 'the process by its pid' },
    { flags: '-c, --condition <expression>', description: "what must hold, in CEL (else life == 'up')" },
    { flags: '-t, --timeout <seconds>', description: 'give up after so long (else, and with 0 or less, never)' },
    { flags: '--fail-on-exit', description: 'do not wait for a next run when it is not running' },
  ],
  examples: [
    'procession session wait master.tws --timeout 60',
    `procession session wait --alias master.tws --condition "len(fp['listen'])>0" --timeout 60`,
    'procession session wait master.tws --condition "state == \'operative\'" --fail-on-exit',
  ],
  notes: [
    'Conditions may use fp, state, life, pid, alias, name, uptime and restarts, with && || and !.',
    'While the process is not running a condition does not hold. Exit codes: 2 the condition cannot be read,',
    '4 timed out, 1 it ended (--fail-on-exit), 130 interrupted.',
  ],
  run: wait,
}

/** What is waited for where no condition is given. */
const isUp = "life == 'up'"

/** The daemon measures the time; this much later it has gone away, and nobody else will say so. */
const patienceMs = 1000
/** The longest time that a timer can run (setTimeout of Node). */
const longestTimerMs = 2 ** 31 - 1

async function wait(invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const { options } = invocation
  const timeout = parseOptional(options.text('timeout'), parseTimeout)
  if (!timeout.ok) return timeout
  const timeoutMs = timeout.value ?? null
  const name = readWaitName(invocation)
  if (!name.ok) return name
  const client = await cli.daemon.connect({ lasting: true })
  if (!client.ok) return client
  const target = await findWaitTarget(name.value, client.value, cli)
  if (!target.ok) return target
  const condition = options.text('condition') ?? null
  const input = { target: target.value, condition, timeoutMs, failOnExit: options.flag('failOnExit') }
  const interrupted = cli.interrupted()
  const outcome = await readWait(client.value, input, interrupted, cli)
  if (interrupted.aborted) return success(exitInterrupted)
  if (!outcome.ok) return outcome
  switch (outcome.value.kind) {
    case 'held':
      return sayHeld(outcome.value.process, condition, client.value, cli)
    case 'timeout':
      return failure('timeout', `timeout after ${Number(options.text('timeout'))} s waiting for ${condition ?? isUp}`)
    case 'ended': {
      const { process } = outcome.value
      const message = `${fullName(process)} is not running: ${detailSentence(process, cli.now())}`
      // Without the option only a process that was detached ends a wait: it has no next run.
      return input.failOnExit
        ? failure('failed', message, 'Without --fail-on-exit its next run is waited for.')
        : failure('failed', message, 'See what is there: procession session show.')
    }
  }
}

type WaitInput = InputOf<'process.wait'>
type Outcome = Exclude<WaitPart, { kind: 'notice' }>

/** Reads the feed up to the part that says how it ended; notices go to standard error, each once. */
async function readWait(
  client: DaemonClient,
  input: WaitInput,
  interrupted: AbortSignal,
  cli: Cli,
): Promise<Result<Outcome>> {
  const noticed = new Set<string>()
  const late = lateSignal(input.timeoutMs)
  const done = new AbortController()
  const found: { outcome: Outcome } = { outcome: { kind: 'timeout' } }
  const ended = await client.watch('process.wait', input, {
    signal: AbortSignal.any([interrupted, late, done.signal]),
    onPart: (part) => {
      if (part.kind !== 'notice') {
        found.outcome = part
        return done.abort()
      }
      if (!noticed.has(part.message)) cli.err.line(`procession: ${part.message}`)
      noticed.add(part.message)
    },
  })
  return ended.ok || done.signal.aborted || late.aborted ? success(found.outcome) : ended
}

const lateSignal = (timeoutMs: WaitInput['timeoutMs']): AbortSignal =>
  timeoutMs === null || timeoutMs + patienceMs > longestTimerMs
    ? new AbortController().signal
    : AbortSignal.timeout(Math.ceil(timeoutMs) + patienceMs)

async function sayHeld(
  row: ProcessRow,
  condition: string | null,
  client: DaemonClient,
  cli: Cli,
): Promise<Result<number>> {
  if (cli.json) {
    const processes = await processesJson(client, [row], cli)
    if (!processes.ok) return processes
    cli.out.json(processes.value[0])
  } else {
    cli.out.line(condition === null ? `${fullName(row)} is up` : `${fullName(row)}: ${condition} holds`)
  }
  return success(exitOk)
}

import type { HostTest } from '../../../shared/contract/schemas.ts'
import type { GpuRow, HostState, RefusalCause } from '../../../shared/domain/host.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import type { Answer, AskOptions, SshConnection } from '../adapters/ssh/port.ts'
import type { HostLinks } from './host-book.ts'

type Step = HostTest['steps'][number]

/** Runs a piece of POSIX sh there. */
export type Ask = (script: string, options: AskOptions) => Promise<Result<Answer>>

export type GpuTool = {
  /** POSIX sh that prints what `parse` reads. */
  readonly script: string
  readonly parse: (output: string) => readonly GpuRow[]
}

/** A machine that swaps takes seconds to fork; one that takes longer is of no use. */
const quick: AskOptions = { timeoutMs: 10_000 }
/** nvidia-smi wakes a driver that was not in use, which takes up to ten seconds. */
const slow: AskOptions = { timeoutMs: 20_000, lane: 'slow' }
/** One answer may wait behind others; the best of a few is the link itself. */
const latencyRounds = 3

const shellScript = 'readlink /proc/$$/exe 2>/dev/null || command -v sh'
const procScript = [
  'read -r boot < /proc/sys/kernel/random/boot_id',
  'read -r stat < /proc/self/stat',
  'read -r up idle < /proc/uptime',
  'uname -sr',
].join(' && ')
// Where runs there have their files: docs/hosts.md.
const stateScript = [
  `folder=\${XDG_STATE_HOME:-$HOME/.local/state}/procession`,
  '(umask 077 && mkdir -p "$folder")',
  'probe=$folder/.test.$$',
  ': > "$probe"',
  'rm -f "$probe"',
  'printf %s "$folder"',
].join(' && ')

const ok = (what: string, detail: string): Step => ({ what, ok: true, detail })
const wrong = (what: string, detail: string): Step => ({ what, ok: false, detail })

/** One step after the other until one is not ok. */
export async function* testSsh(name: string, links: HostLinks, gpus: GpuTool): AsyncGenerator<Step> {
  const address = await links.resolve(name)
  if (!address.ok) {
    yield wrong('Name', sentence(address))
    return
  }
  yield ok('Name', address.value)
  const connection = links.connection(name)
  const connected = await connection.ensure({ insist: true })
  const key = keyStep(connection.state)
  if (key) yield key
  if (key && !key.ok) return
  if (!connected.ok) {
    yield wrong('Connection', sentence(connected))
    return
  }
  yield ok('Connection', 'Logged in')
  yield* testShell(connection.ask.bind(connection), gpus, () => latencyOf(connection))
}

/** What was found out about the key; nothing where the machine did not answer. */
function keyStep(state: HostState): Step | null {
  switch (state.kind) {
    case 'connected':
      return ok('Host key', 'Listed in known_hosts')
    case 'refused':
      return refusedKey(state.because, state.key === null ? '' : ` (${state.key.type} ${state.key.fingerprint})`)
    default:
      return null
  }
}

function refusedKey(because: RefusalCause, key: string): Step {
  if (because === 'unknown-key') return wrong('Host key', `Not trusted yet${key}. Compare it, then trust it`)
  if (because === 'changed-key') return wrong('Host key', 'Another key than the one in known_hosts')
  return ok('Host key', 'Listed in known_hosts')
}

/** What a shell on a machine can do. `latency` null: this machine, whose state folder is the daemon's own. */
export async function* testShell(
  ask: Ask,
  gpus: GpuTool,
  latency: (() => Promise<Result<number>>) | null,
): AsyncGenerator<Step> {
  const steps = [
    ['Shell', shellScript, 'No POSIX shell answers'],
    ['/proc', procScript, '/proc does not say what Linux says there'],
    ...(latency ? [['State folder', stateScript, 'The folder for logs and records cannot be written'] as const] : []),
  ] as const
  for (const [what, script, otherwise] of steps) {
    const answer = await ask(script, quick)
    if (!answer.ok || answer.value.status !== 0) {
      yield wrong(what, answer.ok ? otherwise : sentence(answer))
      return
    }
    yield ok(what, textOf(answer.value) || 'Answers')
  }
  if (latency) {
    const measured = await latency()
    yield measured.ok ? ok('Latency', `${measured.value.toFixed(1)} ms`) : wrong('Latency', sentence(measured))
    if (!measured.ok) return
  }
  yield ok('GPU', gpuDetail(await ask(gpus.script, slow), gpus))
}

async function latencyOf(connection: Pick<SshConnection, 'ask'>): Promise<Result<number>> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < latencyRounds; round += 1) {
    const start = performance.now()
    const answer = await connection.ask(':', quick)
    if (!answer.ok) return answer
    best = Math.min(best, performance.now() - start)
  }
  return success(best)
}

/** sh(1): 127, a command that was not found. */
const notFound = 127

/** A machine without a GPU is as good as one with it, so this never fails. */
function gpuDetail(answer: Result<Answer>, { parse }: GpuTool): string {
  if (!answer.ok) return `nvidia-smi did not answer: ${answer.message}`
  const { status } = answer.value
  if (status === notFound) return 'No NVIDIA GPU found (nvidia-smi: not found)'
  if (status !== 0) return `No NVIDIA GPU found (nvidia-smi: exit ${status})`
  const found = parse(answer.value.output.toString('utf8'))
  const models = [...Map.groupBy(found, ({ name }) => name)].map(([name, all]) => `${all.length} × ${name}`)
  return found.length === 0
    ? 'No NVIDIA GPU found (nvidia-smi lists none)'
    : `${countOf(found.length, 'GPU', 'GPUs')}: ${models.join(', ')}`
}

const textOf = ({ output }: Answer): string => output.toString('utf8').trim().split('\n')[0] ?? ''
const sentence = ({ message, hint }: { readonly message: string; readonly hint: string }): string =>
  `${message} ${hint}`.trim()

/** The steps of a test, all of them; a cancelled one is a failure. */
export async function collectSteps(steps: AsyncGenerator<Step>, signal: AbortSignal): Promise<Result<Step[]>> {
  const found: Step[] = []
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  for (;;) {
    const next = await Promise.race([steps.next(), aborted])
    if (next === null) return failure('cancelled', 'The test was cancelled.')
    if (next.done) return success(found)
    found.push(next.value)
  }
}

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { SshConnection } from '../../src/main/daemon/adapters/ssh/port.ts'
import { createRemoteHost } from '../../src/main/daemon/adapters/ssh/remote-host.ts'
import { RemoteShell } from '../../src/main/daemon/adapters/ssh/remote-shell.ts'
import { deliverRemote } from '../../src/main/daemon/adapters/ssh/remote-signals.ts'
import { ExecLab } from '../../test/helpers/exec-lab.ts'
import { type Findings, type Measurement, type Summary, summarise, timed } from '../measurement.ts'
import { BareShell, type SshLab } from './lab.ts'

const rounds = 400
/** Each starts a program. */
const launches = 40
/** The first rounds warm caches and are not counted. */
const warmUps = 20

/** Milliseconds of every round, by what was done. */
class Series {
  private readonly samples = new Map<string, number[]>()

  async add(name: string, action: () => Promise<unknown>): Promise<void> {
    const list = this.samples.get(name) ?? []
    this.samples.set(name, list)
    list.push(await timed(action))
  }

  summary = (name: string): Summary => summarise((this.samples.get(name) ?? []).slice(warmUps))
}

/** Actions over a connection that is there, against the echo of a shell over the same connection. */
export async function measureActions(lab: SshLab): Promise<Findings> {
  const connection = new Recorded(await lab.connected())
  const shells = { far: new BareShell(lab.shellCommand), near: new BareShell(['/bin/sh']) }
  const host = createRemoteHost(connection)
  const series = new Series()
  await using programs = await ExecLab.with(undefined, async () => {
    await host.measure()
    return host
  })
  await smallActions({ connection, programs, ...shells }, series)
  await launchActions({ connection, programs, ...shells }, series)
  host.close()
  for (const shell of Object.values(shells)) shell.close()
  await connection.close()
  return { measurements: measurementsOf(series), figures: [] }
}

type Parts = {
  readonly connection: Recorded
  readonly programs: ExecLab
  readonly far: BareShell
  readonly near: BareShell
}

async function smallActions({ connection, programs, far, near }: Parts, series: Series): Promise<void> {
  const identity = await programs.bystander(['sleep', '1000'])
  const shell = new RemoteShell(connection)
  // Its first use looks at the machine.
  await shell.machine()
  const ask = async (inShell: boolean) => {
    const answer = await connection.ask(':', { timeoutMs: 10_000, inShell })
    if (!answer.ok) throw new Error(answer.message)
  }
  for (let round = 0; round < rounds + warmUps; round++) {
    await series.add('echo', () => far.ask(':'))
    await series.add('ask', () => ask(true))
    await series.add('apart', () => ask(false))
    await series.add('apart work', () => near.ask('( : )'))
    await series.add('look', () => programs.host.look([identity]))
    const look = connection.last
    await series.add('look work', () => near.ask(look))
    await series.add('signal', () => deliverRemote(shell, [{ identity, command: 'sleep' }], 'SIGCONT'))
    const signal = connection.last
    await series.add('signal work', () => near.ask(signal))
  }
}

async function launchActions({ connection, programs, far, near }: Parts, series: Series): Promise<void> {
  const { host } = programs
  for (let round = 0; round < launches + warmUps; round++) {
    const { spec } = programs.prepare(['/bin/true'])
    await series.add('echo', () => far.ask(':'))
    await series.add('launch', async () => {
      const launched = await host.launch(spec)
      if (!launched.ok) throw new Error(launched.message)
    })
    const { name, processId } = spec.place
    const script = connection.scripts.findLast((text) => text.includes(`${name}.1.rec`)) ?? ''
    await host.release(processId)
    // The same for another process, with as many new files.
    const another = script.replaceAll(name, `${name}-again`)
    await series.add('launch work', async () => {
      await near.ask(`( ${another} ) </dev/null`)
      for (const kind of ['record', 'out', 'err']) writeFileSync(path.join(programs.folder, `${name}.${kind}`), '')
    })
  }
}

function measurementsOf(series: Series): Measurement[] {
  const of = (name: string, action: string, work?: { readonly of: string; readonly what: string }): Measurement => ({
    name,
    unit: 'ms',
    floor: { what: 'echo of a bare shell over the same connection', ...series.summary('echo') },
    ours: series.summary(action),
    ...(work === undefined ? {} : { work: { what: work.what, ...series.summary(work.of) } }),
    goal: { ratio: 3, of: 'p50' },
  })
  const local = 'the same script in a shell here'
  return [
    of('ssh: an ask in the shell itself', 'ask'),
    of('ssh: an ask in a subshell', 'apart', { of: 'apart work', what: 'a subshell here' }),
    of('ssh: a look at one process', 'look', { of: 'look work', what: local }),
    of('ssh: a signal with a look at the start time', 'signal', { of: 'signal work', what: local }),
    of('ssh: a launch', 'launch', { of: 'launch work', what: 'the same here, and its three files' }),
  ]
}

/** Remembers the scripts that were asked. */
class Recorded implements SshConnection {
  readonly scripts: string[] = []
  private readonly connection: SshConnection

  constructor(connection: SshConnection) {
    this.connection = connection
  }

  get last(): string {
    return this.scripts.at(-1) ?? ''
  }

  get name() {
    return this.connection.name
  }

  get state() {
    return this.connection.state
  }

  get latencyMs() {
    return this.connection.latencyMs
  }

  get lastError() {
    return this.connection.lastError
  }

  onState(...input: Parameters<SshConnection['onState']>) {
    return this.connection.onState(...input)
  }

  ensure(...input: Parameters<SshConnection['ensure']>) {
    return this.connection.ensure(...input)
  }

  ask(...input: Parameters<SshConnection['ask']>) {
    this.scripts.push(input[0])
    return this.connection.ask(...input)
  }

  stream(...input: Parameters<SshConnection['stream']>) {
    return this.connection.stream(...input)
  }

  close() {
    return this.connection.close()
  }
}

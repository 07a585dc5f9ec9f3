import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { sessionCommand } from '../../src/main/daemon/adapters/ssh/command-line.ts'
import { decodeLogPart } from '../../src/shared/contract/log-part.ts'
import { ourNode } from '../../test/helpers/daemon-lab.ts'
import { HostLab } from '../../test/helpers/host-lab.ts'
import { until } from '../../test/helpers/until.ts'
import { type Findings, summarise } from '../measurement.ts'
import { agesOf, timedLines, timedScript } from '../timed-lines.ts'

/** The way of a line from a program there to a follower of the daemon here, and to a bare `tail -F` beside it. */
export async function measureFollowing(): Promise<Findings> {
  await using host = await HostLab.start()
  const { lab } = host
  const { process: row } = await lab.ask('process.start', {
    workspace: lab.workspace,
    host: host.host,
    argv: [ourNode(), '-e', timedScript],
    alias: 'timed',
    restart: 'never',
  })
  const bare = followBare(host, row.name)
  const ours: number[] = []
  const stop = new AbortController()
  const following = lab.client.bytes(
    'logs.tail',
    { target: lab.target('timed'), streams: 'out', from: { out: 0, err: 0 }, lines: null, follow: true },
    {
      signal: stop.signal,
      onPart: (part) => {
        for (const segment of decodeLogPart(part)) if (segment.kind === 'lines') ours.push(...agesOf(segment.bytes))
      },
      advance: (input) => input,
    },
  )
  await until(() => ours.length >= timedLines && bare.ages.length >= timedLines, {
    what: 'the timed lines',
    timeoutMs: 60_000,
  })
  stop.abort()
  await following
  bare.close()
  return {
    measurements: [
      {
        name: 'ssh: a line of a followed log',
        unit: 'ms',
        floor: { what: 'bare `ssh tail -F` over the same connection', ...summarise(settled(bare.ages)) },
        ours: summarise(settled(ours)),
        goal: { ratio: 3, of: 'p50' },
      },
    ],
    figures: [],
  }
}

/** Without those that were written while the connection of either was made. */
const settled = (ages: readonly number[]): readonly number[] => ages.slice(Math.floor(timedLines / 4))

function followBare(
  { lab, sshd, state }: HostLab,
  name: string,
): { readonly ages: number[]; readonly close: () => void } {
  const sockets = path.join(lab.places.home, 'ssh')
  const [socket = ''] = readdirSync(sockets)
  const [log = ''] = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith(`/out/${name}.out`),
  )
  const target = { name: sshd.name, sshConfig: sshd.clientConfig, program: 'ssh' }
  const [program = '', ...args] = sessionCommand(target, path.join(sockets, socket))
  const child = spawn(program, [...args.slice(0, -1), `exec tail -n +1 -F ${path.join(state, log)}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ages: number[] = []
  child.stdout.on('data', (bytes: Buffer) => ages.push(...agesOf(bytes)))
  return { ages, close: () => child.kill('SIGKILL') }
}

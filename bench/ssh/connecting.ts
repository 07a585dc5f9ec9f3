import { once } from 'node:events'
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SshConnection } from '../../src/main/daemon/adapters/ssh/port.ts'
import { createRemoteHost } from '../../src/main/daemon/adapters/ssh/remote-host.ts'
import { remoteFilesOf } from '../../src/main/daemon/adapters/ssh/remote-places.ts'
import type { RunPlace } from '../../src/main/daemon/host/port.ts'
import { ExecLab } from '../../test/helpers/exec-lab.ts'
import { until } from '../../test/helpers/until.ts'
import { type Figure, type Findings, type Measurement, summarise, timed } from '../measurement.ts'
import { BareShell, type SshLab } from './lab.ts'

const connects = 15
const cuts = 8

/** A connection that broke sooner than this is not made again at once (3 s in link.ts). */
const wellMs = 3200

/** 1.3 times what ours asks of ssh: ServerAliveInterval, 3 s, ServerAliveCountMax, 4 times. */
const frozenAtMostSeconds = 15.6

/** From nothing to a connection, and from a cut to the next line. */
export async function measureConnecting(lab: SshLab): Promise<Findings> {
  const bare: number[] = []
  const bareShell: number[] = []
  const ours: number[] = []
  for (let round = 0; round < connects; round++) {
    const begun = performance.now()
    const master = await lab.bareMaster()
    bare.push(performance.now() - begun)
    bareShell.push(await timed(() => firstEcho(lab, master.controlPath)))
    await master.close()
    const connection = lab.connection()
    ours.push(await timed(() => connection.ensure()))
    await connection.close()
  }
  const connecting: Measurement = {
    name: 'ssh: connecting, until asks are answered',
    unit: 'ms',
    floor: { what: '`ssh -M -N`, and `-O check`', ...summarise(bare) },
    ours: summarise(ours),
    work: { what: 'the log-in shell, over a bare connection', ...summarise(bareShell) },
    goal: { ratio: 1.5, of: 'p50' },
  }
  const { resumed, figures } = await measureCuts(lab)
  return { measurements: [connecting, resumed], figures: [...figures, await measureFreeze(lab)] }
}

/** A shell over a connection that is there, until it answers. */
async function firstEcho(lab: SshLab, controlPath: string): Promise<void> {
  const shell = new BareShell(lab.shellCommandOver(controlPath))
  await shell.ask(':')
  shell.close()
}

/** A cut of the connection while a log is followed: how soon it is noticed, and what was written since is here. */
async function measureCuts(
  lab: SshLab,
): Promise<{ readonly resumed: Measurement; readonly figures: readonly Figure[] }> {
  const connection = await lab.connected()
  const host = createRemoteHost(connection)
  await using programs = await ExecLab.with(undefined, async () => {
    await host.measure()
    return host
  })
  const { place } = programs.prepare([]).spec
  const there = emptyLog(lab, place)
  host.keep(place)
  host.followed(place.processId, true)
  const writer = setInterval(() => appendFileSync(there, 'a line\n'), 2)
  const noticed: number[] = []
  const resumed: number[] = []
  const bare: number[] = []
  for (let count = 0; count < cuts; count++) {
    bare.push(await timed(() => once(lab.ssh([], ['echo']), 'exit')))
    await pause(wellMs)
    const round = await cut({ lab, connection, place, there })
    noticed.push(round.noticedMs)
    resumed.push(round.resumedMs)
  }
  clearInterval(writer)
  host.close()
  await connection.close()
  const { p50, p95 } = summarise(noticed)
  return {
    resumed: {
      name: 'ssh: a cut, until what was written after it is here',
      unit: 'ms',
      floor: { what: 'bare `ssh HOST echo` with a connection of its own', ...summarise(bare) },
      ours: summarise(resumed),
      goal: { ratio: 2, of: 'p50' },
    },
    figures: [
      { name: 'ssh: a cut is noticed, p50', unit: 'ms', value: p50, atMost: null },
      { name: 'ssh: a cut is noticed, p95', unit: 'ms', value: p95, atMost: null },
    ],
  }
}

type Cut = {
  readonly lab: SshLab
  readonly connection: SshConnection
  readonly place: RunPlace
  /** The log. */
  readonly there: string
}

async function cut({ lab, connection, place, there }: Cut): Promise<{ noticedMs: number; resumedMs: number }> {
  const { promise: lost, resolve } = Promise.withResolvers<number>()
  const begun = performance.now()
  const forget = connection.onState(() => resolve(performance.now() - begun))
  await lab.sshd.cutConnections()
  const size = statSync(there).size
  const noticedMs = await lost
  forget()
  while (statSync(place.files.out).size <= size) await pause(1)
  return { noticedMs, resumedMs: performance.now() - begun }
}

/** A link that is dead without a word. */
async function measureFreeze(lab: SshLab): Promise<Figure> {
  const connection = await lab.connected()
  const thaw = lab.sshd.freeze()
  const ms = await timed(() =>
    until(() => connection.state.kind !== 'connected', { what: 'the loss to be noticed', timeoutMs: 60_000 }),
  )
  thaw()
  await connection.close()
  return { name: 'ssh: a dead link is noticed', unit: 's', value: ms / 1000, atMost: frozenAtMostSeconds }
}

/** The log of a process that nobody started; whoever measures writes it. */
export function emptyLog(lab: SshLab, place: RunPlace): string {
  const { record, out, err } = remoteFilesOf(place)
  for (const file of [record, out, err]) {
    mkdirSync(path.join(lab.state, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(lab.state, file), '')
  }
  return path.join(lab.state, out)
}

import { once } from 'node:events'
import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createRemoteHost } from '../../src/main/daemon/adapters/ssh/remote-host.ts'
import { ExecLab } from '../../test/helpers/exec-lab.ts'
import { type Findings, summarise, timed } from '../measurement.ts'
import { emptyLog } from './connecting.ts'
import type { SshLab } from './lab.ts'

const bytes = 200_000_000
const rounds = 5

/** How long a log of 200 MB takes to be here. */
export async function measureCopying(lab: SshLab): Promise<Findings> {
  const connection = await lab.connected()
  // Whatever is behind is copied whole, and stays there.
  const host = createRemoteHost(connection, { backlogBytes: 2 * bytes, remoteLogBytes: 2 * bytes })
  await using programs = await ExecLab.with(undefined, async () => {
    await host.measure()
    return host
  })
  const line = `${'0123456789'.repeat(10)}\n`
  const text = line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes)
  const bare: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { place } = programs.prepare([]).spec
    const there = emptyLog(lab, place)
    writeFileSync(there, text)
    const copy = path.join(programs.folder, 'copy')
    bare.push(await timed(() => copyBare(lab, there, copy)))
    ours.push(
      await timed(async () => {
        host.keep(place)
        while ((statSync(place.files.out, { throwIfNoEntry: false })?.size ?? 0) < bytes) await pause(2)
      }),
    )
    await host.release(place.processId)
    for (const file of [there, copy, place.files.out]) rmSync(file)
  }
  host.close()
  await connection.close()
  return {
    measurements: [
      {
        name: 'ssh: copying a log of 200 MB',
        unit: 'ms',
        floor: { what: 'bare `ssh cat` into a file, over the same connection', ...summarise(bare) },
        ours: summarise(ours),
        // Half of its speed.
        goal: { ratio: 2, of: 'p50' },
      },
    ],
    figures: [{ name: 'ssh: copying', unit: 'MB/s', value: bytes / 1000 / summarise(ours).p50, atMost: null }],
  }
}

async function copyBare(lab: SshLab, from: string, to: string): Promise<void> {
  const file = openSync(to, 'w')
  const child = lab.ssh(['-o', `ControlPath=${lab.controlPath}`], [`cat ${from}`], file)
  await once(child, 'exit')
  closeSync(file)
}

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { DaemonLab, isRunning, pidOf } from '../helpers/daemon-lab.ts'
import { until } from '../helpers/until.ts'

/** Each one kills the daemon at another moment of a start: before, while and after the program is spawned. */
const rounds = 8

test('whenever the daemon dies during a start, there is one program or none, and the row says which', async () => {
  await using lab = await DaemonLab.start()
  for (let round = 0; round < rounds; round++) {
    const alias = `p${round}`
    const begun = path.join(lab.folder, alias)
    writeFileSync(begun, '')
    const start = lab.try('process.start', {
      workspace: lab.workspace,
      argv: ['/bin/sh', '-c', `echo $$ >> ${begun}; exec sleep 2000`],
      alias,
      restart: 'never',
    })
    await loopTurns(round * round * 40)
    process.kill(lab.daemonPid, 'SIGKILL')
    await start
    await until(() => !isRunning(lab.daemonPid), { what: 'the end of the daemon' })
    await lab.startDaemon()

    const { processes } = await lab.ask('rows.list', { workspace: lab.workspace })
    const row = processes.find((candidate) => candidate.alias === alias)
    const pids = () => readFileSync(begun, 'utf8').split('\n').filter(Boolean).map(Number)
    if (row?.life.kind === 'up') {
      await until(() => pids().length > 0, { what: 'the program to begin' })
      expect(pids()).toEqual([pidOf(row)])
    } else {
      expect([undefined, 'new', 'failed']).toContain(row?.life.kind)
      expect(pids()).toEqual([])
    }
    // A later start finds nothing in its way and makes no second copy.
    if (row !== undefined) await lab.try('process.startKnown', { targets: [lab.target(alias)] })
    if (row !== undefined) {
      await until(() => pids().length > 0, { what: 'the program to begin' })
      expect(pids().filter(isRunning)).toEqual([pidOf(await lab.row(alias))])
    }
  }
})

/** Lets this many turns of the event loop pass: a moment that no clock decides. */
async function loopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

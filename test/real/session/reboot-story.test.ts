import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { waitingSentence } from '../../../src/shared/text/waiting.ts'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { until } from '../../helpers/until.ts'

/** A program like a trading gateway: it listens two seconds after its start. Its path and arguments are the seed's. */
function writeGateway(lab: DaemonLab): string {
  const program = path.join(lab.folder, 'tws')
  writeFileSync(
    program,
    `#!/usr/bin/env node

setTimeout(() => require('node:net').createServer().listen(0, '127.0.0.1'), 2000)
`,
  )
  chmodSync(program, 0o755)
  return program
}

/** What answers `ib://` in config.yaml. */
function writeHandler(lab: DaemonLab): string {
  const program = path.join(lab.folder, 'atlas')
  writeFileSync(program, '#!/bin/sh\necho "$@"\nexec sleep 1000\n')
  chmodSync(program, 0o755)
  writeFileSync(lab.places.config, `handlers:\n  ib: ["${program}", "{path}", "{query}"]\n`)
  return program
}

/** A machine that was switched off: everything is gone, and the boot that session.db and the records speak of is over. */
async function reboot(lab: DaemonLab, pids: readonly number[]): Promise<void> {
  await lab.killDaemon()
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await until(() => pids.every((pid) => !isRunning(pid)), { what: 'the end of everything' })
  const database = new Database(path.join(lab.workspace, 'db', 'session.db'))
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const older = '00000000-0000-4000-8000-000000000000'
  database.prepare("UPDATE processes SET life_json = replace(life_json, ?, ?)").run(bootId, older)
  database.prepare('UPDATE runs SET boot_id = ?').run(older)
  database.close()
  for (const record of recordsOf(lab)) {
    const text = readFileSync(record, 'utf8').replaceAll(bootId, older).replace(/^E .*\n/m, '')
    writeFileSync(record, text)
  }
}

function recordsOf(lab: DaemonLab): string[] {
  const folder = path.join(lab.workspace, 'pid')
  return require('node:fs')
    .readdirSync(folder)
    .filter((name: string) => name.endsWith('.rec'))
    .map((name: string) => path.join(folder, name))
}

test.each(['deactivate and activate', 'a reboot'])('the whole story, with %s', async (kind) => {
  await using lab = await DaemonLab.start()
  const tws = writeGateway(lab)
  writeHandler(lab)
  const flags = { workspace: lab.workspace, restart: 'always', shutdown: true, callerEnv: { PATH: process.env.PATH ?? '' } } as const
  await lab.ask('process.start', { ...flags, uri: `exec://localhost${tws}?username=myuser&password=mypassword`, alias: 'master.tws' })
  await lab.untilRow('master.tws', 'listens', (row) => row.usage !== null && row.usage.listen.length > 0)
  await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'master.tws', state: 'operative' })
  expect((await lab.row('master.tws')).state).toBe('operative')
  const uri = 'ib://localhost/sync?uid=master&account=0&tws=master.tws'
  await until(async () => (await lab.try('process.start', { ...flags, uri, alias: 'master.trader' })).ok, { what: 'handler' })
  await lab.ask('dependences.add', { workspace: lab.workspace, parents: ['master.tws:operative'], children: ['master.trader'] })
  const firstTws = pidOf(await lab.row('master.tws'))
  const firstTrader = pidOf(await lab.row('master.trader'))

  if (kind === 'a reboot') {
    await reboot(lab, [firstTws, firstTrader])
    await lab.startDaemon()
  } else {
    await lab.ask('sessions.deactivate', { workspace: lab.workspace })
    await lab.ask('sessions.activate', { workspace: lab.workspace })
  }
  const blocked = await lab.untilRow('master.trader', 'is blocked', (row) => row.life.kind === 'blocked')
  expect(waitingSentence(blocked.waitingFor)).toMatch(/^Waits for master\.tws to be operative \(now /)
  const tws2 = await lab.untilRow('master.tws', 'is up', (row) => row.life.kind === 'up')
  expect(pidOf(tws2)).not.toBe(firstTws)
  await lab.untilRow('master.trader', 'is up', (row) => row.life.kind === 'up')
  expect((await lab.row('master.tws')).state).toBe('operative')
})

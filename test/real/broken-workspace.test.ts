import { cpSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { DaemonLab, isRunning, pidOf } from '../helpers/daemon-lab.ts'

test.each(['session.lock', 'session.db'])('a damaged %s of one session leaves the others supervised', async (file) => {
  await using lab = await DaemonLab.start()
  const pid = pidOf(await lab.startScript('sleeper', 'exec sleep 1000'))
  const other = path.join(lab.folder, 'other')
  await lab.ask('sessions.init', { path: other })
  await lab.stopDaemon()
  for (const end of ['-wal', '-shm']) rmSync(path.join(other, 'db', `session.db${end}`), { force: true })
  writeFileSync(path.join(other, 'db', file), 'x'.repeat(9000))

  await lab.startDaemon()
  expect(pidOf(await lab.row('sleeper'))).toBe(pid)
  const refused = await lab.try('process.start', { workspace: other, argv: ['/bin/true'] })
  expect(refused).toMatchObject({ ok: false, code: 'failed', message: expect.stringContaining(path.join(other, 'db')) })
})

test('a copy of a workspace controls nothing of the original, a moved one is the same session', async () => {
  await using lab = await DaemonLab.start()
  const pid = pidOf(await lab.startScript('sleeper', 'exec sleep 1000'))
  const copy = path.join(lab.folder, 'copy')
  cpSync(lab.workspace, copy, { recursive: true })

  for (const restarted of [false, true]) {
    if (restarted) {
      await lab.killDaemon()
      await lab.startDaemon()
    }
    const refused = await lab.try('process.stop', {
      targets: [{ workspace: copy, ref: 'sleeper' }],
      now: false,
      wait: true,
    })
    expect(refused).toMatchObject({ ok: false, code: 'conflict', message: expect.stringContaining(lab.workspace) })
    expect(isRunning(pid)).toBe(true)
    expect(pidOf(await lab.row('sleeper'))).toBe(pid)
  }

  rmSync(copy, { recursive: true })
  await lab.stopDaemon()
  renameSync(lab.workspace, copy)
  await lab.startDaemon()
  const { row } = await lab.ask('process.show', { workspace: copy, ref: 'sleeper' })
  expect(pidOf(row)).toBe(pid)
})

import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { machineRestarted } from '../../../src/shared/machine/restart-policy.ts'
import { isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { HostLab } from '../../helpers/host-lab.ts'
import { sleepersOf, someSeconds } from '../../helpers/sleepers.ts'
import { requireSshd } from '../../helpers/sshd.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

/** The file that says which boot it is, for whoever comes over ssh: scripts that would read the real one read this. */
async function bootFile(): Promise<string> {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const file = path.join(folder.path, 'boot_id')
  writeFileSync(file, `${randomUUID()}\n`)
  return file
}

/** Ends a program and its recorder as a power cut does: nobody writes anything down. */
async function cutPower({ life }: ProcessRow): Promise<void> {
  if (life.kind !== 'up' || life.program.shimPid === null) throw new Error(`It is ${life.kind}`)
  const pids = [life.program.shimPid, life.program.identity.pid]
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await until(() => !pids.some(isRunning), { what: 'the power cut' })
}

test('a machine that was restarted while nobody looked has its programs started anew, once, and says why', async (context) => {
  requireSshd(context)
  const boot = await bootFile()
  const machine = await HostLab.start({
    config: [`ForceCommand sed -u s,/proc/sys/kernel/random/boot_id,${boot},g | sh`],
  })
  onTestFinished(() => machine[Symbol.asyncDispose]())
  const session = await machine.session()
  const seconds = someSeconds()
  const before = await machine.run(session, 'train', `echo begin; exec sleep ${seconds}`)
  const once = await machine.run(session, 'once', 'exec sleep 1000', { restart: 'never' })
  expect(before.life).toMatchObject({ program: { identity: { bootId: readFileSync(boot, 'utf8').trim() } } })
  await machine.untilOutput(session, before, 'begin\n')

  await machine.sshd.stop()
  await machine.untilRow(session, 'train', ({ life }) => life.kind === 'unknown')
  for (const row of [before, once]) await cutPower(row)
  writeFileSync(boot, `${randomUUID()}\n`)
  await machine.sshd.startAgain()

  const after = await machine.untilRow(session, 'train', ({ life }) => life.kind === 'up')
  expect(after).toMatchObject({ run: 2, lastEnd: { code: null, reason: machineRestarted } })
  expect(after.life).toMatchObject({ program: { identity: { bootId: readFileSync(boot, 'utf8').trim() } } })
  expect(await machine.untilRow(session, 'once', ({ life }) => life.kind === 'exited')).toMatchObject({
    run: 1,
    lastEnd: { code: null, reason: machineRestarted },
  })
  expect(sleepersOf(seconds)).toEqual([pidOf(after)])
  await machine.untilOutput(session, before, 'begin\nbegin\n')
})

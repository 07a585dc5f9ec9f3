import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { programOf } from '../../../src/shared/domain/life.ts'
import { isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { type HostLab, sharedHostLab } from '../../helpers/host-lab.ts'
import type { LabSession } from '../../helpers/lab-session.ts'
import { until } from '../../helpers/until.ts'

const shared = sharedHostLab()

/** Files on the host of processes with this name. */
function filesThere(machine: HostLab, name: string): string[] {
  return readdirSync(machine.state, { recursive: true, encoding: 'utf8' }).filter((file) =>
    path.basename(file).startsWith(`${name}.`),
  )
}

const filesHere = ({ workspace }: LabSession, name: string): string[] =>
  ['out', 'err', 'pid'].flatMap((folder) =>
    readdirSync(path.join(workspace, folder)).filter((file) => file.startsWith(`${name}.`)),
  )

describe('a process there that is forgotten', () => {
  test('with its files has none here or there, and one of the same name begins with nothing', async () => {
    const { machine } = shared
    const session = await machine.session()
    const script = 'echo begin $$; exec sleep 1000'
    const first = await machine.run(session, 'train', script)
    await machine.untilOutput(session, first, `begin ${pidOf(first)}\n`)
    await session.stop('train')
    await machine.lab.ask('process.detach', { target: session.target('train'), purge: true })
    await until(() => filesThere(machine, first.name).length === 0, { what: 'its files there to go' })
    expect(filesHere(session, first.name)).toEqual([])

    const second = await machine.run(session, 'train', script)
    expect(second.name).toBe(first.name)
    await machine.untilOutput(session, second, `begin ${pidOf(second)}\n`)
  })

  test('while it runs goes on, and its files are not made again', async () => {
    const { machine } = shared
    const session = await machine.session()
    const script = 'n=0; while :; do echo $((n += 1)); sleep 0.02; done'
    const row = await machine.run(session, 'train', script)
    await until(() => machine.output(session, row).length > 20, { what: 'some lines' })
    await machine.lab.ask('process.detach', { target: session.target('train'), purge: true })
    await until(() => filesThere(machine, row.name).every((file) => file.endsWith('.rec')), { what: 'its logs to go' })
    // The next look at this host is over when a start on it is.
    await machine.run(session, 'other', 'exec sleep 1000')
    const record = `${row.name}.1.rec`
    expect(filesHere(session, row.name)).toEqual([record])
    expect(filesThere(machine, row.name).map((file) => path.basename(file))).toEqual([record])
    expect(isRunning(pidOf(row))).toBe(true)

    // A new one beside it is another process, and what the old one says meanwhile is none of it.
    const anew = await machine.run(session, 'train', script)
    expect(anew).toMatchObject({ name: row.name, run: 2 })
    await until(() => machine.output(session, anew).startsWith('1\n2\n'), { what: 'its own first lines' })
    process.kill(pidOf(row), 'SIGKILL')
    await until(() => readFileSync(path.join(machine.state, row.sessionId, 'pid', record), 'utf8').includes('\nE '), {
      what: 'the end of the old one',
    })
    await session.threeSweeps('train')
    expect(await session.row('train')).toMatchObject({ run: 2, life: { kind: 'up', program: programOf(anew.life) } })
  })

  test('without its files leaves its logs, and one of the same name goes on behind them', async () => {
    const { machine } = shared
    const session = await machine.session()
    const script = 'echo begin $$; exec sleep 1000'
    const first = await machine.run(session, 'train', script)
    await machine.untilOutput(session, first, `begin ${pidOf(first)}\n`)
    await session.stop('train')
    await machine.lab.ask('process.detach', { target: session.target('train'), purge: false })
    const second = await machine.run(session, 'train', script)
    await machine.untilOutput(session, second, `begin ${pidOf(first)}\nbegin ${pidOf(second)}\n`)
    expect(existsSync(path.join(session.workspace, 'etc', `${first.name}.yaml`))).toBe(true)
  })
})

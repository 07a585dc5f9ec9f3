import { readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { HostLab } from '../../helpers/host-lab.ts'
import { requireSshd } from '../../helpers/sshd.ts'
import { until } from '../../helpers/until.ts'

beforeEach(requireSshd)

async function hostLab(...args: Parameters<typeof HostLab.start>): Promise<HostLab> {
  const machine = await HostLab.start(...args)
  onTestFinished(() => machine[Symbol.asyncDispose]())
  return machine
}

const forgetKeys = ({ sshd }: HostLab) => writeFileSync(sshd.knownHosts, '')
const startSleeper = ['session', 'start', '--alias', 'train', '--host', 'gpu-01', '--', 'sleep', '1000'] as const

describe('a host from the first word to the last', () => {
  test('is added, tested, used, kept while it is used, and removed', async () => {
    const machine = await hostLab()
    const session = await machine.session()
    const added = await machine.cli(session, 'host', 'add', 'other', '--ssh-config', machine.sshd.clientConfig)
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('Added other') })
    const again = await machine.cli(session, 'host', 'add', 'other')
    expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining('other') })

    const listed = async () => JSON.parse((await machine.cli(session, '--json', 'host', 'list')).stdout)
    expect(await listed()).toContainEqual(
      expect.objectContaining({ name: machine.host, kind: 'ssh', from: 'config', state: 'idle', latency_ms: null }),
    )
    expect(machine.sshd.contacts).toBe(1)

    const tested = await machine.cli(session, 'host', 'test', machine.host)
    expect(tested).toMatchObject({ code: 0, stderr: '' })
    for (const what of ['Name', 'Host key', 'Connection', 'Shell', '/proc', 'State folder', 'Latency', 'GPU'])
      expect(tested.stdout).toMatch(new RegExp(`^ok +${what}`, 'm'))
    expect(tested.stdout).toContain(machine.state)
    expect(await listed()).toContainEqual(
      expect.objectContaining({
        name: machine.host,
        state: 'connected',
        address: `${machine.sshd.user}@127.0.0.1:${machine.sshd.port}`,
        latency_ms: expect.any(Number),
        last_error: null,
      }),
    )

    const started = await machine.cli(session, ...startSleeper)
    expect(started).toMatchObject({ code: 0, stderr: '' })
    const pid = pidOf(await session.row('train'))
    expect(started.stdout).toContain(String(pid))
    expect(isRunning(pid)).toBe(true)
    const kept = await machine.cli(session, 'host', 'remove', machine.host)
    expect(kept).toMatchObject({ code: 5, stderr: expect.stringContaining(`1 process may run on ${machine.host}`) })
    expect((await listed()).find(({ name }: { name: string }) => name === machine.host)).toMatchObject({
      processes: { total: 1, running: 1 },
    })

    expect(await machine.cli(session, 'session', 'stop', 'train')).toMatchObject({ code: 0 })
    expect(isRunning(pid)).toBe(false)
    expect(await machine.cli(session, 'session', 'detach', 'train', '--purge')).toMatchObject({ code: 0 })
    expect(await machine.cli(session, 'host', 'remove', machine.host)).toMatchObject({ code: 0 })
    expect((await listed()).map(({ name }: { name: string }) => name)).not.toContain(machine.host)
    await machine.lab.ask('hosts.add', { name: machine.host, sshConfig: machine.sshd.clientConfig })
  })

  test('a URI that insists on ssh leads there, and starts nothing twice', async () => {
    const machine = await hostLab()
    const session = await machine.session()
    const uri = `ssh+exec://${machine.host}/bin/sleep?1000`
    const { process } = await machine.lab.ask('process.start', { workspace: session.workspace, uri, alias: 'a' })
    expect(process).toMatchObject({ host: machine.host, argv: ['/bin/sleep', '1000'], life: { kind: 'up' } })
    const twin = await machine.lab.try('process.start', { workspace: session.workspace, uri, alias: 'a' })
    expect(twin).toMatchObject({ ok: false, code: 'conflict' })
  })
})

describe('a key', () => {
  test('that nobody trusts yet keeps a start from connecting, and is shown in words until it is trusted', async () => {
    const machine = await hostLab()
    const session = await machine.session()
    forgetKeys(machine)
    const { fingerprint } = machine.sshd
    const refused = await machine.cli(session, ...startSleeper)
    expect(refused.code).toBe(6)
    expect(refused.stderr).toContain('Could not start train')
    expect(refused.stderr).toContain(fingerprint)
    expect(refused.stderr).toContain(`procession host trust ${machine.host}`)
    expect(machine.sshd.logins).toBe(0)
    expect((await machine.lab.ask('rows.list', { workspace: session.workspace })).processes).toEqual([])

    const listed = await machine.cli(session, 'host', 'list')
    expect(listed.stdout).toContain('Key not trusted')
    const tested = await machine.cli(session, 'host', 'test', machine.host)
    expect(tested.code).toBe(1)
    expect(tested.stdout).toMatch(/^failed +Host key/m)

    const wrong = await machine.cli(session, 'host', 'trust', machine.host, '--fingerprint', `SHA256:${'A'.repeat(43)}`)
    expect(wrong.code).toBe(5)
    expect(readFileSync(machine.sshd.knownHosts, 'utf8')).toBe('')
    const trusted = await machine.cli(session, 'host', 'trust', machine.host, '--fingerprint', fingerprint)
    expect(trusted).toMatchObject({ code: 0, stdout: expect.stringContaining(fingerprint) })
    expect(await machine.cli(session, ...startSleeper)).toMatchObject({ code: 0 })
    expect(isRunning(pidOf(await session.row('train')))).toBe(true)
  })

  test('that has changed is refused, with the command that forgets the old one', async () => {
    const machine = await hostLab()
    const session = await machine.session()
    const row = await machine.run(session, 'train', 'exec sleep 1000')
    await machine.sshd.changeKey()
    const { state, lastError } = await machine.untilState('refused')
    expect(state).toMatchObject({ because: 'changed-key' })
    expect(lastError?.hint).toContain('ssh-keygen')
    expect(lastError?.hint).toContain('-R')
    // Who it is on the other side is not known, so it is not asked again, and nothing is said of what ran there.
    const { contacts } = machine.sshd
    const start = await machine.cli(session, 'session', 'start', '--alias', 'b', '--host', 'gpu-01', '--', 'sleep', '9')
    expect(start.code).toBe(6)
    expect(start.stderr).toContain('ssh-keygen')
    const trust = await machine.cli(session, 'host', 'trust', machine.host)
    expect(trust.code).toBe(5)
    expect(trust.stderr).toContain('ssh-keygen')
    expect(await session.row('train')).toMatchObject({
      life: { kind: 'unknown', reason: `Host ${machine.host} shows another key than before` },
    })
    expect(machine.sshd.logins).toBe(1)
    expect(machine.sshd.contacts - contacts).toBeLessThanOrEqual(2)

    machine.sshd.trust()
    await machine.test()
    const back = await machine.untilRow(session, 'train', ({ life }) => life.kind === 'up')
    expect(pidOf(back)).toBe(pidOf(row))
  })
})

test('a user key that does not fit is refused once, and tried again only when a person says so', async () => {
  const machine = await hostLab()
  const session = await machine.session()
  await machine.lab.ask('hosts.remove', { name: machine.host })
  const config = machine.sshd.strangerConfig
  await machine.lab.ask('hosts.add', { name: machine.host, sshConfig: config })
  const refused = await machine.cli(session, ...startSleeper)
  expect(refused.code).toBe(6)
  expect(refused.stderr).toContain('did not let us log in')
  expect(refused.stderr).toContain('ssh-add')
  const { contacts } = machine.sshd
  for (let round = 0; round < 3; round += 1) {
    expect(await machine.cli(session, ...startSleeper)).toMatchObject({ code: 6, stderr: refused.stderr })
  }
  expect(machine.sshd.contacts).toBe(contacts)
  expect((await machine.row()).state).toMatchObject({ kind: 'refused', because: 'authentication' })

  writeFileSync(config, readFileSync(machine.sshd.clientConfig))
  expect(await machine.cli(session, 'host', 'test', machine.host)).toMatchObject({ code: 0 })
  expect(await machine.cli(session, ...startSleeper)).toMatchObject({ code: 0 })
})

test('a host that cannot be reached says so with exit code 7, and starts nothing later', async () => {
  const machine = await hostLab()
  const session = await machine.session()
  await machine.sshd.stop()
  const refused = await machine.cli(session, ...startSleeper)
  expect(refused.code).toBe(7)
  expect(refused.stderr).toContain('Could not start train')
  expect(refused.stderr).toContain('connection refused')
  const tested = await machine.cli(session, 'host', 'test', machine.host)
  expect(tested.code).toBe(7)
  expect(tested.stdout).toMatch(/^failed +Connection/m)
  await machine.sshd.startAgain()
  await machine.untilState('connected')
  expect((await machine.lab.ask('rows.list', { workspace: session.workspace })).processes).toEqual([])
  await until(async () => (await machine.cli(session, ...startSleeper)).code === 0, { what: 'a start that succeeds' })
})

describe('a machine that is no Linux', () => {
  test('is unusable, in words', async () => {
    // A shell on which /proc shows nothing: what it reads from there is sent elsewhere.
    const machine = await hostLab({ config: ['ForceCommand sed -u s,/proc/,/nowhere/,g | sh'] })
    const session = await machine.session()
    const refused = await machine.cli(session, ...startSleeper)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('/proc')
    expect(refused.stderr).toContain('Linux only')
    expect((await machine.row()).state).toMatchObject({ kind: 'refused', because: 'unusable' })
    const tested = await machine.cli(session, 'host', 'test', machine.host)
    expect(tested.code).toBe(1)
    expect(tested.stderr).toContain('Linux only')
  })
})

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { beforeEach, describe, expect, test } from 'vitest'
import { resolveHost } from '../../../src/main/daemon/adapters/ssh/resolve.ts'
import { trustHost } from '../../../src/main/daemon/adapters/ssh/trust.ts'
import { requireParts, skipOrFail } from '../../helpers/real-parts.ts'
import { comesTo, connectedTo, connectionTo, mustSucceed, say, startSshd } from '../../helpers/ssh-connection.ts'
import { createUser, requireSshd } from '../../helpers/sshd.ts'

beforeEach(requireSshd)

/** Start files of each shell that write something, and are read also by shells that run a command. */
const startFiles: Record<string, readonly string[]> = {
  csh: ['.cshrc'],
  tcsh: ['.tcshrc'],
  fish: ['.config/fish/config.fish'],
  bash: ['.bashrc', '.profile'],
}

describe('log-in shells', () => {
  test.for(Object.keys(startFiles))('%s, with start files that talk', async (shell, context) => {
    requireParts(context, 'log-in shells')
    if (process.getuid?.() !== 0) return skipOrFail(context, 'needs root, to make a user')
    await using user = await createUser(`/bin/${shell}`)
    for (const file of startFiles[shell] ?? []) user.write(file, 'echo "Welcome to gpu-01"\necho "a\'b" 0\n')
    const banner = path.join(user.home, 'banner')
    writeFileSync(banner, 'ada@gpu-01: Permission denied (by nobody).\n')
    const sshd = await startSshd({ user: user.name, config: [`Banner ${banner}`] })
    const connection = await connectedTo(sshd)
    expect(await say(connection, 'id -un; cd; pwd')).toBe(`${user.name}\n${user.home}\n`)
    const { chunks } = mustSucceed(await connection.stream('echo from a stream'))
    const parts: Buffer[] = []
    for await (const chunk of chunks) parts.push(chunk)
    expect(Buffer.concat(parts).toString()).toBe('from a stream\n')
    await connection.close()
    await sshd.stop()
  })

  test('one that is none is unusable, in its own words', async (context) => {
    requireParts(context, 'log-in shells')
    if (process.getuid?.() !== 0) return skipOrFail(context, 'needs root, to make a user')
    await using user = await createUser('/usr/sbin/nologin')
    const sshd = await startSshd({ user: user.name })
    const connection = connectionTo(sshd)
    const result = await connection.ensure()
    expect(result).toMatchObject({ ok: false, code: 'unsupported' })
    expect(connection.lastError?.message).toContain('This account is currently not available.')
    expect(connection.state).toMatchObject({ kind: 'refused', because: 'unusable' })
    await sshd.stop()
  })
})

describe('what a person must see to', () => {
  test('a key that does not fit is refused, and is not tried again', async () => {
    const sshd = await startSshd()
    const connection = connectionTo(sshd, { sshConfig: sshd.strangerConfig })
    const result = await connection.ensure()
    expect(result).toMatchObject({ ok: false, code: 'not_permitted' })
    expect(connection.state).toMatchObject({ kind: 'refused', because: 'authentication', key: null })
    expect(connection.lastError?.message).toContain(`${sshd.user}@127.0.0.1 did not let us log in`)

    const { contacts } = sshd
    expect(await connection.ensure()).toEqual(result)
    expect(await connection.ask(':', { timeoutMs: 1000 })).toEqual(result)
    expect(sshd.contacts).toBe(contacts)

    writeFileSync(sshd.strangerConfig, readFileSync(sshd.clientConfig))
    mustSucceed(await connection.ensure({ insist: true }))
    expect(await say(connection, 'echo on')).toBe('on\n')
  })

  test('an unknown key is shown, and trusted when it is the one that was shown', async () => {
    const sshd = await startSshd()
    writeFileSync(sshd.knownHosts, 'elsewhere ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK')
    const connection = connectionTo(sshd)
    expect(await connection.ensure()).toMatchObject({ ok: false, code: 'not_permitted' })
    const key = { type: 'ED25519', fingerprint: sshd.fingerprint }
    expect(connection.state).toMatchObject({ kind: 'refused', because: 'unknown-key', key })
    expect(connection.lastError?.message).toContain(sshd.fingerprint)

    const host = { name: sshd.name, sshConfig: sshd.clientConfig }
    const other = await trustHost({ ...host, fingerprint: 'SHA256:other' })
    expect(other).toMatchObject({ ok: false, code: 'conflict' })
    expect(readFileSync(sshd.knownHosts, 'utf8')).toMatch(/AAAAIK$/)
    expect(mustSucceed(await trustHost({ ...host, fingerprint: sshd.fingerprint }))).toEqual(key)
    expect(sshd.logins).toBe(0)
    mustSucceed(await connection.ensure({ insist: true }))
  })

  test('a key is trusted also through a jump host, and hashed where the user wants that', async () => {
    const sshd = await startSshd()
    const knownHosts = path.join(sshd.folder, 'new', 'known_hosts')
    const config = path.join(sshd.folder, 'jump_config')
    const behind = `Host behind\n  HostName 127.0.0.1\n  HostKeyAlias behind.example.org\n  ProxyJump ${sshd.name}\n  Port ${sshd.port}\n  User ${sshd.user}\n  HashKnownHosts yes\n  UserKnownHostsFile ${knownHosts}\n  IdentityFile ${sshd.folder}/client_key\n`
    writeFileSync(config, `${readFileSync(sshd.clientConfig, 'utf8')}${behind}`)
    const connection = connectionTo(sshd, { name: 'behind', sshConfig: config })
    expect(await connection.ensure()).toMatchObject({ ok: false, code: 'not_permitted' })
    expect(connection.state).toMatchObject({ because: 'unknown-key', key: { fingerprint: sshd.fingerprint } })
    mustSucceed(await trustHost({ name: 'behind', sshConfig: config, fingerprint: sshd.fingerprint }))
    expect(readFileSync(knownHosts, 'utf8')).toMatch(/^\|1\|/)
    expect(statSync(knownHosts).mode & 0o777).toBe(0o600)
    mustSucceed(await connection.ensure({ insist: true }))
    expect(await say(connection, 'echo on')).toBe('on\n')
  })

  test('a changed key is refused with the command that would forget the old one', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    await sshd.changeKey()
    await comesTo(connection, 'refused')
    expect(connection.state).toMatchObject({ because: 'changed-key' })
    expect(connection.lastError?.message).toContain(sshd.fingerprint)
    expect(connection.lastError?.hint).toContain(`ssh-keygen -f '${sshd.knownHosts}' -R '[127.0.0.1]:${sshd.port}'`)
    const { contacts } = sshd
    expect(await connection.ensure()).toMatchObject({ ok: false, code: 'not_permitted' })
    expect(sshd.contacts).toBe(contacts)
  })

  test('a machine without ssh says so', async () => {
    const connection = connectionTo(await startSshd(), { program: '/nowhere/ssh' })
    expect(await connection.ensure()).toMatchObject({ ok: false, code: 'unsupported' })
    expect(connection.state).toMatchObject({ kind: 'refused', because: 'unusable' })
  })

  test('a server that allows no session at all says so', async () => {
    const connection = connectionTo(await startSshd({ config: ['MaxSessions 0'] }))
    expect(await connection.ensure()).toMatchObject({ ok: false, code: 'unsupported' })
    expect(connection.lastError?.message).toContain('MaxSessions')
  })

  test('a name that is an option is none', async () => {
    const connection = connectionTo(await startSshd(), { name: '-oProxyCommand=touch x' })
    expect(await connection.ensure()).toMatchObject({ ok: false, code: 'bad_input' })
  })
})

test('what a configuration does to sessions of a person is left out', async () => {
  const sshd = await startSshd()
  const config = readFileSync(sshd.clientConfig, 'utf8')
  const extras = [
    'RemoteCommand echo no',
    'RequestTTY force',
    'LogLevel QUIET',
    'ControlMaster auto',
    'ControlPath none',
  ]
  const forwards = [`LocalForward ${sshd.port} localhost:1`, 'ExitOnForwardFailure yes', 'StrictHostKeyChecking no']
  writeFileSync(sshd.clientConfig, [config, ...extras, ...forwards, ''].join('\n  '))
  const connection = await connectedTo(sshd)
  expect(await say(connection, 'tty; echo "$LC_ALL"')).toBe('not a tty\n\n')
})

test('a name is resolved without contacting anybody', async () => {
  const sshd = await startSshd()
  expect(mustSucceed(await resolveHost(sshd.name, sshd.clientConfig))).toEqual({
    address: `${sshd.user}@127.0.0.1:${sshd.port}`,
    knownHostsFile: sshd.knownHosts,
  })
  expect(mustSucceed(await resolveHost('ada@nowhere.invalid', sshd.clientConfig)).address).toBe(
    'ada@nowhere.invalid:22',
  )
  const broken = path.join(sshd.folder, 'broken')
  writeFileSync(broken, 'Nonsense yes\n')
  chmodSync(broken, 0o600)
  const result = await resolveHost('gpu-01', broken)
  expect(result).toMatchObject({ ok: false, code: 'failed' })
  expect(result.ok ? '' : result.message).toContain('line 1: Bad configuration option: nonsense')
  expect(await resolveHost('a b', null)).toMatchObject({ ok: false, code: 'bad_input' })
})

import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import type { StartInput } from '../../../shared/contract/contract.ts'
import { readRequest, type Stored } from './definition.ts'

const input = (env: Record<string, string>): StartInput => ({
  workspace: '/',
  argv: ['/bin/sh'],
  args: [],
  env,
  secretEnv: {},
  callerEnv: {},
  launch: false,
  force: false,
  adopt: false,
})

function request(env: Record<string, string>, stored: Stored | null = null) {
  const read = readRequest(input(env), '/', stored)
  if (!read.ok) throw new Error(read.message)
  return read.value
}

const databases = { DATABASE: 'postgres://me:hunter2@h/db' }

test('a variable with a password in its URI is stored as a secret', () => {
  const { definition, secret } = request({ ...databases, MODE: 'test' })
  expect(definition.env).toEqual({ DATABASE: '•••', MODE: 'test' })
  expect(secret?.env).toEqual(databases)
})

test('a plain value takes the place of a stored secret of that name', () => {
  const { definition, secret } = request(databases)
  const stored = { definition: { ...definition, secretRef: 'process/1' }, secret }
  const again = request({ DATABASE: 'sqlite:///tmp/x' }, stored)
  expect(again.definition.env).toEqual({ DATABASE: 'sqlite:///tmp/x' })
  expect(again.secret).toBeNull()
})

describe('a URI with a handler', () => {
  const handlers = { ib: ['/bin/sh', '{host}', '{alias}', '{uri}', '{query}'] }
  const uri = 'ib://elsewhere:9090/sync?account=0&token=hunter2'
  const { argv: _, ...withoutCommand } = input({})
  const read = (more: Partial<StartInput>, stored: Stored | null = null) =>
    readRequest({ ...withoutCommand, uri, ...more }, '/', stored, handlers)

  test('runs the command line of the handler, with any host, and stores no secret of it', () => {
    const result = read({ alias: 'trader', args: ['-v'] })
    if (!result.ok) throw new Error(result.message)
    const { definition, secret } = result.value
    const shown = 'ib://elsewhere:9090/sync?account=0&token=•••'
    expect(definition).toMatchObject({
      uri: shown,
      host: 'local',
      argv: ['/bin/sh', 'elsewhere', 'trader', shown, 'account=0', 'token=•••', '-v'],
    })
    expect(secret).toMatchObject({
      uri,
      argv: ['/bin/sh', 'elsewhere', 'trader', uri, 'account=0', 'token=hunter2', '-v'],
    })
  })

  test('knows the stored alias', () => {
    const first = read({ alias: 'trader' })
    if (!first.ok) throw new Error(first.message)
    const { definition, secret } = first.value
    const again = read({}, { definition: { ...definition, secretRef: 'process/1' }, secret })
    expect(again.ok && again.value.definition.argv[2]).toBe('trader')
  })

  test('without handlers it is refused', () => {
    expect(readRequest({ ...withoutCommand, uri }, '/', null)).toMatchObject({ ok: false, code: 'bad_input' })
  })

  test.each([{}, { uri, argv: ['/bin/sh'] }])('a URI or a command line, not %j', (both) => {
    const { uri: _uri, ...neither } = { ...withoutCommand, uri }
    expect(readRequest({ ...neither, ...both }, '/', null, handlers)).toMatchObject({
      message: 'A start needs either a URI or a command line.',
    })
  })
})

describe('a process on another machine', () => {
  const { argv: _argv, ...withoutCommand } = input({})
  const remote = (over: Partial<StartInput>) => readRequest({ ...withoutCommand, ...over }, '/work', null)

  test.each([
    ['exec://gpu-01/nowhere/train?--epochs=3', 'gpu-01', ['/nowhere/train', '--epochs=3']],
    ['exec://me@gpu-01/bin/x', 'me@gpu-01', ['/bin/x']],
    ['ssh+exec://localhost/bin/x', 'localhost', ['/bin/x']],
    ['exec://localhost/bin/sh', 'local', ['/bin/sh']],
    [`exec://${hostname()}/bin/sh`, 'local', ['/bin/sh']],
  ])('%s runs on %s', (uri, host, argv) => {
    expect(remote({ uri })).toMatchObject({ ok: true, value: { definition: { host, argv } } })
  })

  test('its folder is the home there, unless one is named; what the caller has here says nothing about it', () => {
    const uri = 'exec://gpu-01/bin/x'
    const callerEnv = { PATH: '/here/bin', CUDA_VISIBLE_DEVICES: '0' }
    expect(remote({ uri, callerEnv })).toMatchObject({ ok: true, value: { definition: { cwd: '~', env: {} } } })
    expect(remote({ uri, cwd: '~/runs' })).toMatchObject({ ok: true, value: { definition: { cwd: '~/runs' } } })
    expect(remote({ uri, cwd: 'runs' })).toMatchObject({ ok: false, code: 'bad_input' })
  })

  test('a command line goes to the host that is named, and a bare name is looked up there', () => {
    expect(remote({ host: 'gpu-01', argv: ['python', 'train.py'] })).toMatchObject({
      ok: true,
      value: { uri: 'exec://gpu-01/usr/bin/env?python&train.py', definition: { host: 'gpu-01' } },
    })
    expect(remote({ host: 'gpu-01', argv: ['bin/x'] })).toMatchObject({ ok: false, code: 'bad_input' })
    expect(remote({ host: 'localhost', argv: ['/bin/sh'] })).toMatchObject({
      ok: true,
      value: { definition: { host: 'local' } },
    })
  })

  test.each(['-oProxyCommand=x', 'a b', 'a;b'])('"%s" is no host', (host) => {
    expect(remote({ host, argv: ['/bin/sh'] })).toMatchObject({ ok: false, code: 'bad_input' })
  })

  test('a port in the URI is refused with the way out', () => {
    expect(remote({ uri: 'exec://gpu-01:2222/bin/x' })).toMatchObject({ ok: false, code: 'bad_input' })
  })
})

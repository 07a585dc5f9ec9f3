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

  test('without handlers it is refused, and so is exec on another machine', () => {
    expect(readRequest({ ...withoutCommand, uri }, '/', null)).toMatchObject({ ok: false, code: 'bad_input' })
    expect(read({ uri: 'exec://elsewhere/bin/sh' })).toMatchObject({
      ok: false,
      message: 'The host "elsewhere" is not this machine.',
    })
  })

  test.each([{}, { uri, argv: ['/bin/sh'] }])('a URI or a command line, not %j', (both) => {
    const { uri: _uri, ...neither } = { ...withoutCommand, uri }
    expect(readRequest({ ...neither, ...both }, '/', null, handlers)).toMatchObject({
      message: 'A start needs either a URI or a command line.',
    })
  })
})

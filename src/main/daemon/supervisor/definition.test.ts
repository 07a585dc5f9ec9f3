import { expect, test } from 'vitest'
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

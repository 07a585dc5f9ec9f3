import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { success } from '../../../../shared/domain/result.ts'
import type { ProbedRun } from '../../host/ready-port.ts'
import type { SshConnection } from './port.ts'
import { createRemoteProbe, type RemoteCheck } from './remote-probes.ts'

/** The shell of this machine in the place of another's. */
const here: SshConnection['ask'] = async (script) => {
  try {
    return success({
      status: 0,
      output: execFileSync('/bin/sh', ['-c', script], { env: { PATH: process.env.PATH, HOME: '/tmp' } }),
    })
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 255
    return success({ status, output: Buffer.alloc(0) })
  }
}

const connection = { ask: here } as SshConnection
const run: ProbedRun = { cwd: '~', env: { WORD: "it's $HOME" }, logs: [] }
const ask = (check: RemoteCheck, of = run) => createRemoteProbe(connection, check, of).ask(AbortSignal.timeout(5000))

test('a port counts as open while somebody listens there', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect(await ask({ kind: 'port', port })).toBe(true)
  await new Promise((resolve) => server.close(resolve))
  expect(await ask({ kind: 'port', port })).toBe(false)
})

test('a command runs in the folder and the environment of the program, each word as it is', async () => {
  const script = 'test "$PWD" = /tmp && test "$WORD" = "it\'s \\$HOME" && test "$1" = "a b"'
  expect(await ask({ kind: 'command', argv: ['/bin/sh', '-c', script, 'sh', 'a b'] })).toBe(true)
  expect(await ask({ kind: 'command', argv: ['/bin/false'] })).toBe(false)
  expect(await ask({ kind: 'command', argv: ['/bin/true'] }, { ...run, cwd: '/nowhere' })).toBe(false)
})

test('nobody who answers by HTTP is not ready', async () => {
  expect(await ask({ kind: 'http', url: 'http://127.0.0.1:1/' })).toBe(false)
})

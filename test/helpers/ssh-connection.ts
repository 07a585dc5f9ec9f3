import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { createSshConnection, type SshConnectionOptions } from '../../src/main/daemon/adapters/ssh/connection.ts'
import type { Answer, SshConnection } from '../../src/main/daemon/adapters/ssh/port.ts'
import type { HostStateKind } from '../../src/shared/domain/host.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import { descendantsOf } from './process-groups.ts'
import { Sshd, type SshdOptions } from './sshd.ts'
import { until } from './until.ts'

/** A server that ends with the test. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const sshd = await Sshd.start(options)
  onTestFinished(() => sshd[Symbol.asyncDispose]())
  mkdirSync(controlFolderOf(sshd), { mode: 0o700 })
  return sshd
}

export const controlFolderOf = (sshd: Sshd): string => path.join(sshd.folder, 'ctl')

export const socketsOf = (sshd: Sshd): string[] =>
  readdirSync(controlFolderOf(sshd)).map((name) => path.join(controlFolderOf(sshd), name))

/** A connection that was not used yet, and is closed with the test. */
export function connectionTo(sshd: Sshd, changes: Partial<SshConnectionOptions> = {}): SshConnection {
  const connection = createSshConnection({
    name: sshd.name,
    sshConfig: sshd.clientConfig,
    controlFolder: controlFolderOf(sshd),
    ...changes,
  })
  onTestFinished(() => connection.close())
  return connection
}

export async function connectedTo(sshd: Sshd, changes: Partial<SshConnectionOptions> = {}): Promise<SshConnection> {
  const connection = connectionTo(sshd, changes)
  expect(await connection.ensure()).toEqual({ ok: true, value: null })
  return connection
}

export function mustSucceed<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.code}: ${result.message} ${result.hint}`)
  return result.value
}

/** No test waits for this, but for what it asks. */
export const askOptions = { timeoutMs: 20_000 }

export const textOf = (result: Result<Answer>): string => mustSucceed(result).output.toString()

export async function say(connection: SshConnection, script: string): Promise<string> {
  return textOf(await connection.ask(script, askOptions))
}

/** With the slack that a loaded machine needs. */
export const comesTo = (connection: SshConnection, kind: HostStateKind): Promise<boolean> =>
  until(() => connection.state.kind === kind, { what: `the host to be ${kind}`, timeoutMs: 45_000 })

/** Pids of the ssh that hold connections for a process of ours. */
export const mastersOf = (parent: number): number[] =>
  descendantsOf(parent).filter((pid) => {
    const argv = argvOf(pid)
    return argv[0] === 'ssh' && argv.includes('ControlMaster=yes')
  })

function argvOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

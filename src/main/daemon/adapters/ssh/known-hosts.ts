import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { HostKey } from '../../../../shared/domain/host.ts'
import { failure, type Result, success } from '../../../../shared/domain/result.ts'
import { keyCommand, type SshTarget } from './command-line.ts'
import { explainSsh } from './explain-ssh.ts'
import { noSsh } from './resolve.ts'
import { runProgram } from './run-program.ts'

/** A key that a host shows now, and the line of known_hosts that ssh would write for it. */
export type ShownKey = { readonly key: HostKey; readonly line: string }

/** As long as a try to connect. */
const readKeyLimitMs = 30_000

/** It only reads a file. */
const keygenLimitMs = 10_000

/**
 * Asks a host for its key, through jump hosts too, without logging in. Fails with `unreachable` and `not_permitted`
 * (a jump host refused). `signal` gives it up.
 */
export async function readHostKey(target: SshTarget, signal?: AbortSignal): Promise<Result<ShownKey>> {
  const limit = AbortSignal.any([AbortSignal.timeout(readKeyLimitMs), ...(signal === undefined ? [] : [signal])])
  const folder = await mkdtemp(join(tmpdir(), 'procession-key-'))
  try {
    const file = join(folder, 'known_hosts')
    const { errors, isMissing } = await runProgram(keyCommand(target, file), limit)
    if (isMissing) return noSsh
    const line = await readFile(file, 'utf8').catch(() => '')
    if (line !== '') return await describeKey(file, line)
    const trouble = explainSsh(target.name, errors)
    return failure(trouble.kind === 'refused' ? 'not_permitted' : 'unreachable', trouble.message, trouble.hint)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function describeKey(file: string, line: string): Promise<Result<ShownKey>> {
  const { output } = await runProgram(['ssh-keygen', '-l', '-f', file], AbortSignal.timeout(keygenLimitMs))
  const key = parseFingerprint(output)
  if (key === null) return failure('failed', 'ssh-keygen did not tell the fingerprint of the key.', 'Try it by hand.')
  return success({ key, line })
}

/** Reads `256 SHA256:... comment (ED25519)`; null where there is no such line. */
export function parseFingerprint(output: string): HostKey | null {
  const [, fingerprint, type] = /^\d+ (\S+:\S+) .*\((\S+)\)$/m.exec(output) ?? []
  return fingerprint === undefined || type === undefined ? null : { fingerprint, type }
}

/** Adds lines to a known_hosts file, which is made, readable by its owner only, where there is none. */
export async function appendKnownHost(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    const isOpenLine = size > 0 && last.toString() !== '\n'
    // In one write, as ssh may write there at the same time.
    await handle.write(`${isOpenLine ? '\n' : ''}${line.trimEnd()}\n`)
  } finally {
    await handle.close()
  }
}

import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { failure, type Result, success } from '../../../../shared/domain/result.ts'
import { controlCommand } from './command-line.ts'
import { sshProgram } from './resolve.ts'
import { runProgram } from './run-program.ts'

/** Of the path of a socket, unix(7) allows 107 bytes; ssh appends 17 while it makes one, and our names have 9. */
const longestFolder = 107 - 17 - 9

/** It only writes to a socket of this machine. */
const controlLimitMs = 5000

/**
 * Makes the folder for control sockets: `preferred`, or one in the folder for temporary files where that path is too long
 * for a socket. Connections that a daemon before us left there are ended. Fails where somebody else owns it.
 */
export async function openControlFolder(preferred: string): Promise<Result<string>> {
  const uid = process.getuid?.() ?? 0
  const hash = createHash('sha256').update(preferred).digest('hex').slice(0, 8)
  const folder = Buffer.byteLength(preferred) <= longestFolder ? preferred : join(tmpdir(), `procession-${uid}-${hash}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { uid: owner, mode } = await lstat(folder)
  if (owner !== uid || (mode & 0o077) !== 0) {
    return failure(
      'not_permitted',
      `${folder} would hold the sockets of ssh connections, but others may use it.`,
      'Make it yours with permissions 700, or remove it.',
    )
  }
  for (const name of await readdir(folder)) await endLeftover(join(folder, name))
  return success(folder)
}

/** Ends the connection behind a control socket, if there is one, and removes the socket. */
export async function endLeftover(controlPath: string): Promise<void> {
  const target = { name: 'leftover', sshConfig: '/dev/null', program: sshProgram }
  await runProgram(controlCommand(target, controlPath, 'exit'), AbortSignal.timeout(controlLimitMs))
  await rm(controlPath, { force: true })
}

/** Whether the process behind a control socket is there and answers. */
export async function isMasterWell(controlPath: string): Promise<boolean> {
  const target = { name: 'check', sshConfig: '/dev/null', program: sshProgram }
  return (
    (await runProgram(controlCommand(target, controlPath, 'check'), AbortSignal.timeout(controlLimitMs))).code === 0
  )
}

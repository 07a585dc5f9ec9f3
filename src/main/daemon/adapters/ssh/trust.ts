import type { HostKey } from '../../../../shared/domain/host.ts'
import { failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { SshTarget } from './command-line.ts'
import { checkHostName } from './host-name.ts'
import { appendKnownHost, readHostKey } from './known-hosts.ts'
import { resolveTarget, sshProgram } from './resolve.ts'

/**
 * Writes the key of a host to the first UserKnownHostsFile of the user, if the host still shows the key with this
 * fingerprint (`SHA256:...`), which a person has compared. Afterwards connect with `insist`. Fails with `conflict` where
 * it shows another key, `bad_input`, `unreachable`, `not_permitted`, `unsupported` and `failed`.
 */
export async function trustHost(host: {
  readonly name: string
  readonly sshConfig: string | null
  readonly fingerprint: string
}): Promise<Result<HostKey>> {
  const checked = checkHostName(host.name)
  if (!checked.ok) return checked
  const target: SshTarget = { name: host.name, sshConfig: host.sshConfig, program: sshProgram }
  const resolved = await resolveTarget(target)
  if (!resolved.ok) return resolved
  const shown = await readHostKey(target)
  if (!shown.ok) return shown
  const { key, line } = shown.value
  if (key.fingerprint !== host.fingerprint) {
    return failure(
      'conflict',
      `${host.name} now shows another key: ${key.type} ${key.fingerprint}, not ${host.fingerprint}. Nothing was written.`,
      'Compare it again, with somebody who knows the machine.',
    )
  }
  return write(resolved.value.knownHostsFile, line, key)
}

async function write(file: string | null, line: string, key: HostKey): Promise<Result<HostKey>> {
  if (file === null) {
    return failure(
      'failed',
      'The ssh configuration has no file to write the key to.',
      'Set UserKnownHostsFile for this host in ~/.ssh/config.',
    )
  }
  try {
    await appendKnownHost(file, line)
    return success(key)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failure('failed', `The key could not be written to ${file}: ${why}`, 'Make the file writable for you.')
  }
}

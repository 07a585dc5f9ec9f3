import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Identifies this machine over reboots (machine-id(5)); the host name where there is no such file. */
export function readMachineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'latin1').trim() || hostname()
  } catch {
    return hostname()
  }
}

/** The version in package.json, which lies two folders above the built daemon. */
export function readVersion(): string {
  const path = fileURLToPath(new URL('../../package.json', import.meta.url))
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}

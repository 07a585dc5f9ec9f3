import { rmSync } from 'node:fs'
import { stringify } from 'yaml'
import type { Fingerprint } from '../../../shared/domain/fingerprint.ts'
import { writeFileAtomically } from '../../files/atomic-file.ts'
import type { WorkspacePaths } from './layout.ts'

/** Writes `fp/<name>.<state>.yaml`, the five lists of gutools. The command line is redacted. Throws the system's error. */
export function mirrorFingerprint(paths: WorkspacePaths, name: string, label: string, fingerprint: Fingerprint): void {
  const { files, listen, established, udp, cmdline } = fingerprint
  writeFileAtomically(paths.fingerprint(name, label), stringify({ files, listen, established, udp, cmdline }), 0o600)
}

export function removeFingerprint(paths: WorkspacePaths, name: string, label: string): void {
  rmSync(paths.fingerprint(name, label), { force: true })
}

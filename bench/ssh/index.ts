import type { Findings } from '../measurement.ts'
import { measureActions } from './actions.ts'
import { measureConnecting } from './connecting.ts'
import { measureCopying } from './copying.ts'
import { measureFollowing } from './following.ts'
import { SshLab } from './lab.ts'

/** What lies between us and a machine behind ssh, over a real sshd of this machine: so there is no way to go. */
export async function measureSsh(): Promise<Findings> {
  const found: Findings[] = []
  for (const measure of [measureActions, measureConnecting, measureCopying]) {
    await using lab = await SshLab.start()
    found.push(await measure(lab))
  }
  found.push(await measureFollowing())
  return {
    measurements: found.flatMap(({ measurements }) => measurements),
    figures: found.flatMap(({ figures }) => figures),
  }
}

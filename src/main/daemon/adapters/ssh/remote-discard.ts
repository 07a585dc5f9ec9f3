import type { RunPlace } from '../../host/port.ts'
import { quote } from './quote.ts'
import { remoteFilesOf } from './remote-places.ts'
import type { RemoteShell } from './remote-shell.ts'

/**
 * Removes the logs and records of a process on its machine, and the folders that are empty then (`ProcessHost.discard`).
 * The shim of a run that goes on would make its record anew. Throws `HostUnreachable`.
 */
export async function discardRemote(shell: RemoteShell, place: RunPlace, isRunning: boolean): Promise<void> {
  const { sessionId, name } = place
  const { out, err, record } = remoteFilesOf(place)
  await shell.ask(
    ({ state }) => `cd -- ${quote(state)} || exit 0
rm -f -- ${out} ${err}
for file in ${sessionId}/pid/${name}.[0-9]*.rec; do
${isRunning ? `[ "$file" = ${record} ] || ` : ''}rm -f -- "$file"
done
rmdir ${sessionId}/out ${sessionId}/err ${sessionId}/pid ${sessionId} 2>/dev/null
exit 0
`,
    () => null,
  )
}

import type { LogMirror } from './log-mirror.ts'
import { quote } from './quote.ts'
import type { RemoteShell } from './remote-shell.ts'

/** A command for less would cost more than the space is worth. */
const stepBytes = 16 * 1024 * 1024

/**
 * Gives back what logs on the machine take of its disk beyond the newest `keepBytes`, once all of that is copied: the
 * space alone, by a hole, so offsets stay true. Where the machine's `fallocate` or file system cannot, they grow.
 */
export async function trimLogs(shell: RemoteShell, logs: readonly LogMirror[], keepBytes: number): Promise<void> {
  const machine = await shell.machine()
  if (!machine.punches) return
  const due = logs.flatMap((log) => {
    const to = Math.floor((Math.min(log.remoteSize, log.copy.size) - keepBytes) / stepBytes) * stepBytes
    return to > log.trimmedTo && !log.isReplaced ? [{ log, to }] : []
  })
  if (due.length === 0) return
  const commands = due.map(
    ({ log, to }) =>
      `fallocate -p -o ${log.trimmedTo} -l ${to - log.trimmedTo} ${log.remotePath} && echo done || echo no`,
  )
  const words = await shell.ask(
    ({ state }) => `cd -- ${quote(state)} || exit 70\nexec 2>/dev/null\n${commands.join('\n')}\n`,
    ({ output }) => output.toString('latin1').split('\n'),
    { lane: 'slow' },
  )
  for (const [index, { log, to }] of due.entries()) {
    log.trimmedTo = words[index] === 'done' ? to : Number.POSITIVE_INFINITY
  }
}

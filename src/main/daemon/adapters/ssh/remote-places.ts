import type { RunPlace, TreeTarget } from '../../host/port.ts'

/** Paths of one run on its machine, within the folder of our files there. */
export type RemoteFiles = { readonly record: string; readonly out: string; readonly err: string }

/** What stands in scripts without quotes. */
const plainWord = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Where a run has its files: `SESSION/pid/NAME.RUN.rec`, `SESSION/out/NAME.out` and `SESSION/err/NAME.out`. */
export function remoteFilesOf({ sessionId, name, run }: Pick<RunPlace, 'sessionId' | 'name' | 'run'>): RemoteFiles {
  const logs = remoteLogsOf({ sessionId, name })
  return { record: `${sessionId}/pid/${name}.${run}.rec`, ...logs }
}

/** The logs of a process, which all its runs write. */
export function remoteLogsOf({ sessionId, name }: Pick<TreeTarget, 'sessionId' | 'name'>) {
  if (!plainWord.test(sessionId) || !plainWord.test(name)) throw new Error(`No name of files: ${sessionId}/${name}`)
  return { out: `${sessionId}/out/${name}.out`, err: `${sessionId}/err/${name}.out` }
}

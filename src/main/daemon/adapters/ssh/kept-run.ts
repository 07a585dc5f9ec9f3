import { readFileSync } from 'node:fs'
import type { RunPlace } from '../../host/port.ts'
import { parseRecord } from '../../host/record.ts'
import { FileCopy } from './file-copy.ts'
import { LogMirror, type LogMirrorOptions } from './log-mirror.ts'
import { type RemoteFiles, remoteFilesOf } from './remote-places.ts'

/** A run whose record and logs are copied. */
export type KeptRun = {
  readonly place: RunPlace
  readonly remote: RemoteFiles
  readonly record: FileCopy
  readonly logs: readonly LogMirror[]
  /** Set when it was released: to be called when what is listed after that is copied. */
  leaving: (() => void) | null
  hasEnded: boolean
}

/** The logs are those of all runs of a process: what is known of them from the run before stays. */
export function keptRunOf(place: RunPlace, before: KeptRun | undefined, options: LogMirrorOptions): KeptRun {
  const remote = remoteFilesOf(place)
  const { out, err, record } = place.files
  const isSame = before?.place.files.out === out && before.remote.out === remote.out
  const logs = isSame ? before.logs : [new LogMirror(remote.out, out, options), new LogMirror(remote.err, err, options)]
  return { place, remote, logs, record: new FileCopy(record), leaving: null, hasEnded: saysEnd(readQuietly(record)) }
}

/** How much of a record tells that the program runs, and nothing of its end. */
export function endOfStart(record: Buffer): number {
  const start = record.indexOf('\nS ')
  return record.indexOf('\n', start + 1) + 1
}

/** Whether this text of a record says that its run is over. */
export function saysEnd(text: string): boolean {
  const { end, execFailure } = parseRecord(text)
  return end !== null || execFailure !== null
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

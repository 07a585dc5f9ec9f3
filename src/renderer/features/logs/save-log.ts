import type { LogSegment } from '../../../shared/contract/log-part.ts'
import { type Failure, type Result, success } from '../../../shared/domain/result.ts'
import { fileOf, type Offsets } from './log-files.ts'
import type { LogSource } from './log-source.ts'
import { joinBytes, nextNewline } from './pieces.ts'
import type { SaveTarget } from './save-target.ts'

export type SaveRequest = {
  readonly source: LogSource
  readonly range: { readonly from: Offsets; readonly to: Offsets }
  /** Names of the processes where several are saved; each line then begins with its own. */
  readonly names: readonly string[] | null
  readonly signal: AbortSignal
  readonly onProgress: (bytes: number) => void
}

export type Saved = { readonly bytes: number; readonly droppedBytes: number }

/** Writes what the programs wrote, as they wrote it, in the order of time. What fails or is cancelled leaves no file. */
export async function saveLog(target: SaveTarget, request: SaveRequest): Promise<Result<Saved>> {
  const { source, range, names, signal, onProgress } = request
  const stopping = new AbortController()
  const prefixed = names === null ? null : linePrefixer(names)
  let failed: Failure | null = null
  let [bytes, droppedBytes] = [0, 0]
  const take = async (segment: LogSegment) => {
    if (segment.kind === 'gap') {
      droppedBytes += segment.end - segment.offset
      return
    }
    bytes += segment.bytes.length
    const written = await target.write(prefixed === null ? new Uint8Array(segment.bytes) : prefixed(segment))
    if (written.ok) return
    failed = written
    stopping.abort()
  }
  const read = await source.between(range, {
    signal: AbortSignal.any([signal, stopping.signal]),
    onSegments: async (segments) => {
      for (const segment of segments) if (failed === null) await take(segment)
      onProgress(bytes + droppedBytes)
    },
  })
  const problem = failed ?? (read.ok ? null : read)
  if (problem !== null) {
    await target.discard()
    return problem
  }
  const finished = await target.finish()
  return finished.ok ? success({ bytes, droppedBytes }) : finished
}

const encoder = new TextEncoder()

const newline = encoder.encode('\n')

/** Puts the name of its process before each line, and before the rest of one that another file interrupted. */
function linePrefixer(names: readonly string[]) {
  const prefixes = names.map((name) => encoder.encode(`${name} | `))
  let unfinished: number | null = null
  return ({ source, stream, bytes }: Extract<LogSegment, { kind: 'lines' }>): Uint8Array<ArrayBuffer> => {
    const file = fileOf(source, stream)
    const pieces: Uint8Array[] = unfinished !== null && unfinished !== file ? [newline] : []
    if (unfinished !== file) unfinished = null
    for (let at = 0; at < bytes.length; ) {
      if (unfinished === null) pieces.push(prefixes[source] ?? new Uint8Array(0))
      const end = nextNewline(bytes, at)
      unfinished = end < 0 ? file : null
      pieces.push(bytes.subarray(at, end < 0 ? bytes.length : end + 1))
      at = end < 0 ? bytes.length : end + 1
    }
    return joinBytes(pieces)
  }
}

import type { LogStreams } from '../../../shared/contract/contract.ts'
import { decodeLogPart } from '../../../shared/contract/log-part.ts'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { daemon } from '../../data/daemon.ts'
import { notify } from '../../ui/toasts.tsx'

// A browser keeps a saved file in memory until it is written.
const mostBytes = 512 * 1024 * 1024

/** Saves the whole log as a file, as the program wrote it. Streams are merged by their times. */
export async function saveLog(id: string, name: string, streams: LogStreams): Promise<void> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  const reading = new AbortController()
  const input = { target: { id }, streams, from: null, lines: null, follow: false }
  const ended = await daemon().bytes('logs.tail', input, {
    signal: reading.signal,
    onPart: (part) => {
      for (const segment of decodeLogPart(part)) {
        pieces.push(new Uint8Array(segment.bytes))
        bytes += segment.bytes.length
      }
      if (bytes > mostBytes) reading.abort()
    },
    advance: (before) => before,
  })
  if (bytes > mostBytes) {
    notify(
      'failed',
      'The log is too large to save here',
      `It has more than ${formatBytes(mostBytes)}. Use procession session logs.`,
    )
  } else if (!ended.ok) {
    notify('failed', 'The log could not be saved', ended.message)
  } else {
    download(new Blob(pieces, { type: 'text/plain' }), `${name}.log`)
  }
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

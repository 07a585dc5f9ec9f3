import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { desktopLink } from '../../data/desktop-link.ts'

/** Where a file is written to. */
export type SaveTarget = {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<Result<void>>
  /** Puts the file in its place. */
  finish(): Promise<Result<void>>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

/** https://wicg.github.io/file-system-access/#api-showsavefilepicker, which not every browser has. */
type FilePicker = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>

function filePicker(): FilePicker | null {
  // The desktop's own window asks where to put a download, and gives a page no access to files.
  if (desktopLink() !== null || !('showSaveFilePicker' in window)) return null
  return (window.showSaveFilePicker as FilePicker).bind(window)
}

/** Asks where to write; null when the person thought better of it. Must be called while a click is being handled. */
export async function chooseTarget(name: string): Promise<Result<SaveTarget> | null> {
  const pick = filePicker()
  if (pick === null) return success(downloadTarget(name))
  try {
    const handle = await pick({ suggestedName: name })
    return success(fileTarget(await handle.createWritable()))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null
    return failure('failed', `The file cannot be written: ${reasonOf(error)}`, 'Choose another place.')
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function attempt(what: () => Promise<void>): Promise<Result<void>> {
  try {
    await what()
    return success(undefined)
  } catch (error) {
    return failure(
      'failed',
      `The file cannot be written: ${reasonOf(error)}`,
      'Free some space, or choose another place.',
    )
  }
}

const fileTarget = (file: FileSystemWritableFileStream): SaveTarget => ({
  write: (bytes) => attempt(() => file.write(bytes)),
  finish: () => attempt(() => file.close()),
  discard: async () => void (await attempt(() => file.abort())),
})

// A download is put together before it is written; the browser keeps large ones on its own disk.
const mostDownloadBytes = 4 * 1024 * 1024 * 1024
const blobBytes = 8 * 1024 * 1024

function downloadTarget(name: string): SaveTarget {
  let blobs: Blob[] = []
  let pieces: Uint8Array<ArrayBuffer>[] = []
  let [inPieces, total] = [0, 0]
  const seal = () => {
    blobs.push(new Blob(pieces))
    pieces = []
    inPieces = 0
  }
  return {
    write: async (bytes) => {
      total += bytes.length
      inPieces += bytes.length
      if (total > mostDownloadBytes) {
        const most = formatBytes(mostDownloadBytes)
        return failure('failed', `A download holds at most ${most}.`, 'Use procession session logs, or copy the file.')
      }
      pieces.push(bytes)
      if (inPieces >= blobBytes) seal()
      return success(undefined)
    },
    finish: async () => {
      seal()
      download(new Blob(blobs, { type: 'text/plain' }), name)
      return success(undefined)
    },
    discard: async () => {
      blobs = []
      pieces = []
    },
  }
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

import { open } from 'node:fs/promises'

/** Marks the fuses in the binary (electronjs.org/docs/latest/tutorial/fuses); a version and a length byte follow it. */
const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX')
const HEADER_LENGTH = SENTINEL.length + 2

/** Position of each fuse, of version 1 of the wire. */
const POSITIONS = { runAsNode: 0, nodeCliInspectArguments: 3, loadBrowserProcessSpecificV8Snapshot: 6 }

/** The binary is read in pieces of this size, which overlap by more than the fuses are long. */
const PIECE_BYTES = 16 * 1024 * 1024
const OVERLAP_BYTES = 64

/**
 * Switches fuses of an Electron binary in place.
 *
 * @param {string} binary
 * @param {Record<keyof typeof POSITIONS, boolean>} fuses
 * @throws {Error} where the binary has none
 */
export async function setFuses(binary, fuses) {
  const file = await open(binary, 'r+')
  try {
    const wire = await findWire(file)
    if (wire === null) throw new Error(`no Electron fuses in ${binary}`)
    for (const [name, on] of Object.entries(fuses)) {
      const position = POSITIONS[/** @type {keyof typeof POSITIONS} */ (name)]
      await file.write(on ? '1' : '0', wire + HEADER_LENGTH + position)
    }
  } finally {
    await file.close()
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {Promise<number | null>} offset of the sentinel
 */
async function findWire(file) {
  const { size } = await file.stat()
  const piece = Buffer.alloc(PIECE_BYTES + OVERLAP_BYTES)
  for (let start = 0; start < size; start += PIECE_BYTES) {
    const { bytesRead } = await file.read(piece, 0, piece.length, start)
    const found = piece.subarray(0, bytesRead).indexOf(SENTINEL)
    if (found >= 0) return start + found
  }
  return null
}

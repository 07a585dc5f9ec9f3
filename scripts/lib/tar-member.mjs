import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** A tar file is made of blocks of this size (POSIX pax, ustar interchange format). */
const BLOCK_BYTES = 512

/** Position and length of the header fields that we read. */
const FIELDS = { name: [0, 100], size: [124, 12], prefix: [345, 155] }

/**
 * Copies one member of a gzipped tar file into a file. Enough for what npm packs: ustar, no sparse files.
 *
 * @param {string} archive
 * @param {string} member full name, such as `package/package.json`
 * @param {string} destination
 * @throws {Error} where the archive has no such member
 */
export async function extractTarMember(archive, member, destination) {
  const input = createReadStream(archive).pipe(createGunzip({ chunkSize: 1024 * 1024 }))
  const reader = new BlockReader(input[Symbol.asyncIterator]())
  for (;;) {
    const header = await reader.read(BLOCK_BYTES)
    if (header === null || header[0] === 0) throw new Error(`${member} is not in ${archive}`)
    const { name, size } = parseHeader(header)
    const padding = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES
    if (name === member) {
      await copyTo(destination, reader.stream(size))
      input.destroy()
      return
    }
    for await (const _ of reader.stream(size + padding));
  }
}

/**
 * @param {Buffer} header
 * @returns {{ name: string, size: number }} size in bytes
 */
function parseHeader(header) {
  /** @param {keyof typeof FIELDS} field */
  const text = (field) => {
    const [start = 0, length = 0] = FIELDS[field]
    const bytes = header.subarray(start, start + length)
    const end = bytes.indexOf(0)
    return bytes.toString('utf8', 0, end < 0 ? length : end)
  }
  const prefix = text('prefix')
  return {
    name: prefix ? `${prefix}/${text('name')}` : text('name'),
    size: Number.parseInt(text('size').trim(), 8) || 0,
  }
}

/**
 * @param {string} destination
 * @param {AsyncIterable<Buffer>} chunks
 */
async function copyTo(destination, chunks) {
  const sink = createWriteStream(destination)
  for await (const chunk of chunks) {
    if (!sink.write(chunk)) await once(sink, 'drain')
  }
  sink.end()
  await finished(sink)
}

/** Reads a stream of chunks of any size in pieces of the size that is asked for. */
class BlockReader {
  #chunks
  /** @type {Buffer} */
  #rest = Buffer.alloc(0)

  /** @param {AsyncIterator<Buffer>} chunks */
  constructor(chunks) {
    this.#chunks = chunks
  }

  /**
   * @param {number} length
   * @returns {Promise<Buffer | null>} null at the end of the stream
   */
  async read(length) {
    const pieces = []
    for await (const piece of this.stream(length)) pieces.push(piece)
    const block = Buffer.concat(pieces)
    return block.length === length ? block : null
  }

  /**
   * @param {number} length
   * @returns {AsyncGenerator<Buffer>} the next `length` bytes, fewer at the end of the stream
   */
  async *stream(length) {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next()
        if (next.done) return
        this.#rest = next.value
      }
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }
}

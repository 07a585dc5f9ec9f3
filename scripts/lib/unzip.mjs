import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

/** Signature and length of the record that ends a zip file, and the longest comment after it (PKWARE APPNOTE 4.3.16). */
const END_SIGNATURE = Buffer.from([0x50, 0x4b, 0x05, 0x06])
const END_BYTES = 22
const MAX_COMMENT_BYTES = 0xffff

/** Lengths of the fixed parts of a central directory entry and of a local header (4.3.12, 4.3.7). */
const ENTRY_BYTES = 46
const LOCAL_HEADER_BYTES = 30

/** Compression methods (4.4.5). */
const STORED = 0
const DEFLATED = 8

/**
 * @typedef {object} ZipEntry
 * @property {string} name
 * @property {number} method
 * @property {number} mode Unix permission bits
 * @property {number} compressedSize bytes
 * @property {number} size bytes
 * @property {number} offset of its local header
 * @property {number} length of its entry in the directory
 */

/**
 * Unpacks a zip file: stored and deflated members, no zip64, no encryption, no links. What it holds is checked by its
 * caller (a hash of the whole file), so that member checksums are not looked at.
 *
 * @param {string} archive
 * @param {string} destination
 * @param {(name: string) => string | null} rename gives a member its name below `destination`; null leaves it out
 * @throws {Error} where it is no such file, or a member would land outside of `destination`
 */
export async function unzip(archive, destination, rename) {
  const file = await open(archive, 'r')
  try {
    for (const entry of await readDirectory(file)) {
      const name = rename(entry.name)
      if (name === null || name === '' || entry.name.endsWith('/')) continue
      const target = path.resolve(destination, name)
      if (!target.startsWith(path.resolve(destination) + path.sep)) throw new Error(`unsafe name in zip: ${entry.name}`)
      await mkdir(path.dirname(target), { recursive: true })
      await extract(file, archive, entry, target)
    }
  } finally {
    await file.close()
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {Promise<ZipEntry[]>}
 */
async function readDirectory(file) {
  const { size } = await file.stat()
  const tail = Buffer.alloc(Math.min(size, END_BYTES + MAX_COMMENT_BYTES))
  await file.read(tail, 0, tail.length, size - tail.length)
  const end = tail.lastIndexOf(END_SIGNATURE)
  if (end < 0) throw new Error('not a zip file')
  const directory = Buffer.alloc(tail.readUInt32LE(end + 12))
  await file.read(directory, 0, directory.length, tail.readUInt32LE(end + 16))
  const entries = []
  for (let position = 0; position < directory.length; ) {
    const entry = parseEntry(directory.subarray(position))
    entries.push(entry)
    position += entry.length
  }
  return entries
}

/**
 * @param {Buffer} bytes from the start of an entry on
 * @returns {ZipEntry}
 */
function parseEntry(bytes) {
  const nameLength = bytes.readUInt16LE(28)
  return {
    name: bytes.toString('utf8', ENTRY_BYTES, ENTRY_BYTES + nameLength),
    method: bytes.readUInt16LE(10),
    mode: (bytes.readUInt32LE(38) >>> 16) & 0o777,
    compressedSize: bytes.readUInt32LE(20),
    size: bytes.readUInt32LE(24),
    offset: bytes.readUInt32LE(42),
    length: ENTRY_BYTES + nameLength + bytes.readUInt16LE(30) + bytes.readUInt16LE(32),
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {string} archive
 * @param {ZipEntry} entry
 * @param {string} target
 */
async function extract(file, archive, entry, target) {
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new Error(`${entry.name} is compressed in a way that we cannot read (${entry.method})`)
  }
  const mode = entry.mode || 0o644
  if (entry.size === 0) return writeFile(target, '', { mode })
  const header = Buffer.alloc(LOCAL_HEADER_BYTES)
  await file.read(header, 0, header.length, entry.offset)
  const start = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  const source = createReadStream(archive, { start, end: start + entry.compressedSize - 1, highWaterMark: 1024 * 1024 })
  const decoder = entry.method === DEFLATED ? createInflateRaw({ chunkSize: 1024 * 1024 }) : new PassThrough()
  const sink = createWriteStream(target, { mode })
  await pipeline(source, decoder, sink)
  if (sink.bytesWritten !== entry.size) throw new Error(`${entry.name} is damaged`)
}

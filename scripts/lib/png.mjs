import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const BITS_PER_SAMPLE = 8
const COLOUR_WITH_ALPHA = 6

/**
 * A PNG file (https://www.w3.org/TR/png-3/) of a square picture.
 *
 * @param {number} size edge in pixels
 * @param {Uint8Array} pixels red, green, blue, alpha of each, row by row
 * @returns {Buffer}
 */
export function encodePng(size, pixels) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header[8] = BITS_PER_SAMPLE
  header[9] = COLOUR_WITH_ALPHA
  const stride = size * 4
  // Each row begins with the number of its filter; 0 is none.
  const rows = Buffer.alloc(size * (stride + 1))
  for (let y = 0; y < size; y++) {
    rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1)
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

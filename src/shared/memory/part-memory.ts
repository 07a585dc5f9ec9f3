import { BufferPool } from './buffer-pool.ts'

/** The most that a part of a stream of bytes holds (log-part.ts). */
const partBytes = 65_536
/** In front of a part there is room for the number of its stream, which makes a message of it without a copy. */
export const roomInFront = 4

/** For all readers of the process; a few megabytes may wait for the next flood. */
const pool = new BufferPool(roomInFront + partBytes, 64)

/** Memory for one part, of the largest size. It belongs to whoever gets the part. */
export const takePartMemory = (): Uint8Array<ArrayBuffer> => new Uint8Array(pool.take(), roomInFront)

/** A part that was taken from here, with the room in front of it; null for others. */
export function withRoomInFront(part: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (part.byteOffset !== roomInFront || !pool.owns(part.buffer)) return null
  return new Uint8Array(part.buffer, 0, roomInFront + part.length)
}

/** To be called when nobody looks at a part any more; one with memory of its own is left alone. */
export const giveBackPart = (part: Uint8Array): void => pool.giveBack(part.buffer)

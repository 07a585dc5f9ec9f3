import {
  encodedLength,
  type LogSegment,
  logSegmentOverhead,
  writeLogSegment,
} from '../../../shared/contract/log-part.ts'
import { takePartMemory } from '../../../shared/memory/part-memory.ts'

/** The protocol's size of one part (contract: at most 64 KiB). */
const partBytes = 65_536
/** The largest segment that fits into a part of its own. */
export const blockBytes = partBytes - logSegmentOverhead

/** Encodes segments into parts that are as full as can be. */
export class PartPacker {
  #part: Uint8Array<ArrayBuffer> | null = null
  #bytes = 0

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  /** False where the part must be taken before. */
  fits(segment: LogSegment): boolean {
    return this.#bytes + encodedLength(segment) <= partBytes
  }

  /** Copies a segment that fits. */
  add(segment: LogSegment): void {
    this.#part ??= takePartMemory()
    writeLogSegment(this.#part, this.#bytes, segment)
    this.#bytes += encodedLength(segment)
  }

  /** What was added since the last time; it belongs to the caller. */
  take(): Uint8Array<ArrayBuffer> {
    const part = (this.#part ?? takePartMemory()).subarray(0, this.#bytes)
    this.#part = null
    this.#bytes = 0
    return part
  }
}

import type { ErrorCode } from '../domain/result.ts'
import { roomInFront, withRoomInFront } from '../memory/part-memory.ts'
import type { FeedPlace } from './schemas.ts'

// What travels over a channel. Text messages are the JSON of one of the two types below; a binary message is one part
// of a bytes stream from daemon to face: u32 stream id (big-endian), then the bytes.

/** Largest message either side accepts. A log part is 64 KiB; a snapshot of 10,000 rows stays below 8 MiB. */
export const maxMessageBytes = 16 * 1024 * 1024

/** Parts of a stream that may be under way before its reader has handled one: eight 64 KiB log parts fill a socket. */
export const streamCredit = 8

/** The id of what concerns the whole connection, such as a refusal. */
export const connectionId = 0

export type ClientMessage =
  | { readonly t: 'hello'; readonly protocol: number }
  | { readonly t: 'call'; readonly id: number; readonly m: string; readonly p: unknown }
  | {
      readonly t: 'open'
      readonly id: number
      readonly m: string
      readonly p: unknown
      readonly after: FeedPlace | null
      readonly credit: number
    }
  /** One part of the stream was handled: another may be sent. */
  | { readonly t: 'more'; readonly id: number }
  /** Cancels a call or ends a stream; it is not answered. */
  | { readonly t: 'stop'; readonly id: number }

/** First message of a browser, before its hello. */
export type KeyMessage = { readonly t: 'key'; readonly key: string }

export type ServerMessage =
  | { readonly t: 'hello'; readonly protocol: number }
  | { readonly t: 'ok'; readonly id: number; readonly v?: unknown }
  | {
      readonly t: 'err'
      readonly id: number
      readonly code: ErrorCode
      readonly message: string
      readonly hint: string
    }
  | { readonly t: 'part'; readonly id: number; readonly v?: unknown }
  | { readonly t: 'end'; readonly id: number }

const idBytes = roomInFront

/** The message of one part; it shares the memory of a part that has room in front. */
export function encodeBytesPart(id: number, part: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = withRoomInFront(part) ?? copyWithRoom(part)
  new DataView(message.buffer).setUint32(0, id)
  return message
}

function copyWithRoom(part: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(idBytes + part.length)
  message.set(part, idBytes)
  return message
}

/** The part shares the memory of `message`. Null for a message too short to carry an id. */
export function decodeBytesPart(message: Uint8Array): { readonly id: number; readonly part: Uint8Array } | null {
  if (message.length < idBytes) return null
  const id = new DataView(message.buffer, message.byteOffset, idBytes).getUint32(0)
  return { id, part: message.subarray(idBytes) }
}

/** True when `text` is at most `maxMessageBytes` long in UTF-8; short texts, nearly all, are not measured. */
export function fitsMessage(text: string): boolean {
  const mostBytesPerUnit = 3
  return text.length * mostBytesPerUnit <= maxMessageBytes || new TextEncoder().encode(text).length <= maxMessageBytes
}

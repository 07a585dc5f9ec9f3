import * as z from 'zod'
import { feedPlaceSchema } from '../../../../shared/contract/schemas.ts'
import type { ClientMessage } from '../../../../shared/contract/wire.ts'

/** Ids lead binary messages as u32; 0 is the connection itself. */
const id = z.number().int().min(1).max(0xffffffff)
const method = z.string().max(256)
/** More would only let the daemon run further ahead of a reader. */
const maxCredit = 1024

const clientMessageSchema: z.ZodType<ClientMessage> = z.union([
  // Loose: whatever a later version adds to its hello, it shall hear both versions, not a closed door.
  z.looseObject({ t: z.literal('hello'), protocol: z.number() }),
  z.discriminatedUnion('t', [
    z.strictObject({ t: z.literal('call'), id, m: method, p: z.unknown() }),
    z.strictObject({
      t: z.literal('open'),
      id,
      m: method,
      p: z.unknown(),
      after: feedPlaceSchema.nullable(),
      credit: z.number().int().min(1).max(maxCredit),
    }),
    z.strictObject({ t: z.literal('more'), id }),
    z.strictObject({ t: z.literal('stop'), id }),
  ]),
])

/** Reads a message of a client; null when it is not exactly one of the known ones. */
export function parseClientMessage(message: string | Uint8Array): ClientMessage | null {
  if (typeof message !== 'string') return null
  try {
    return clientMessageSchema.safeParse(JSON.parse(message)).data ?? null
  } catch {
    return null
  }
}

import type { RowsEvent } from '../../../shared/contract/schemas.ts'
import type { HostRow } from '../../../shared/domain/host.ts'

/** Measurements of a host change all the time; a column is read no faster than this. */
const measuredEveryMs = 2000

export type RowFeedParts = {
  readonly publish: (event: RowsEvent) => void
  readonly now: () => number
}

/** What makes a row worth telling at once: everything that is not a measurement. */
const essence = ({ latencyMs: _, load1: __, memory: ___, gpus: ____, ...rest }: HostRow): string => JSON.stringify(rest)

/** Tells readers of the feed about hosts: what happened at once, measurements at a bearable pace, nothing twice. */
export class HostRowFeed {
  readonly #parts: RowFeedParts
  readonly #told = new Map<string, { readonly row: string; readonly essence: string; readonly at: number }>()

  constructor(parts: RowFeedParts) {
    this.#parts = parts
  }

  /** Takes the rows as they are now. `measured`: somebody watches, so that numbers are told too. */
  tell(rows: readonly HostRow[], measured: boolean): void {
    const { publish, now } = this.#parts
    const names = new Set(rows.map(({ name }) => name))
    for (const name of this.#told.keys()) {
      if (names.has(name)) continue
      this.#told.delete(name)
      publish({ kind: 'host-removed', name })
    }
    for (const host of rows) {
      const told = this.#told.get(host.name)
      const next = { row: JSON.stringify(host), essence: essence(host), at: now() }
      if (told?.row === next.row) continue
      const isDue = measured && (told === undefined || next.at - told.at >= measuredEveryMs)
      if (told?.essence === next.essence && !isDue) continue
      this.#told.set(host.name, next)
      publish({ kind: 'host', host })
    }
  }
}

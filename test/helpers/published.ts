import type { RowsEvent } from '../../src/shared/contract/schemas.ts'
import type { ProcessRow } from '../../src/shared/domain/rows.ts'
import type { DaemonLab } from './daemon-lab.ts'

/**
 * Reads the feed of rows from now on.
 *
 * @returns once the feed has begun, a promise of the moment (`performance.now()`) at which the daemon published a row in
 * which `condition` holds
 */
export async function publishedWhen(
  lab: DaemonLab,
  condition: (row: ProcessRow) => boolean,
): Promise<{ readonly seenAt: Promise<number> }> {
  const reading = new AbortController()
  const begun = Promise.withResolvers<void>()
  const seen = Promise.withResolvers<number>()
  const look = (event: RowsEvent) => {
    if (event.kind !== 'process' || !condition(event.process)) return
    seen.resolve(performance.now())
    reading.abort()
  }
  void lab.client.watch(
    'rows.watch',
    {},
    {
      signal: reading.signal,
      onPart: (part) => {
        begun.resolve()
        if ('events' in part) part.events.forEach(look)
      },
    },
  )
  await begun.promise
  return { seenAt: seen.promise }
}

import { formatClock } from '../../shared/text/durations.ts'
import { logPathsOf } from './api/log-handlers.ts'
import type { LogNotice, LogService } from './logs/index.ts'
import { saveQuietly } from './supervisor/journal.ts'
import type { Supervised } from './supervisor/model.ts'
import type { Supervision } from './supervisor/supervision.ts'

// The part of the composition that tells people about logs.

const unbounded = 'its file system cannot drop the start of a log: what is over the limit goes at the next start'

export type LogNews = {
  /** Shows on the row, or writes into the history, what a person should know about logs. */
  take(notice: LogNotice): void
  /** A copy of the log at this path lacks these bytes: readers are told so. */
  skipped(path: string, start: number, end: number): Promise<void>
}

export function createLogNews(supervision: () => Supervision | null, logs: () => LogService): LogNews {
  const all = () => supervision()?.sessions.processes() ?? []
  const publish = (supervised: Supervised) => supervision()?.engine.publish(supervised)

  function note(supervised: Supervised, text: string): void {
    const current = supervision()
    if (current === null) return
    const { log, now } = current.parts
    const { session, id } = supervised
    saveQuietly(session, log, () => session.store?.addNote(id, now(), 'supervisor', text))
  }

  return {
    take(notice) {
      switch (notice.kind) {
        case 'next-start':
          for (const supervised of all().filter(({ id }) => id === notice.id)) {
            supervised.logNotice = unbounded
            publish(supervised)
          }
          return
        case 'disk-full':
          for (const supervised of all().filter(({ id }) => notice.ids.includes(id))) {
            const from = formatClock(notice.from)
            supervised.logNotice =
              notice.to === null ? `the disk is full since ${from}: its output is being lost` : null
            if (notice.to !== null) {
              note(
                supervised,
                `The disk was full from ${from} to ${formatClock(notice.to)}: output of then may be missing`,
              )
            }
            publish(supervised)
          }
          return
      }
    },
    async skipped(path, start, end) {
      for (const supervised of all()) {
        const paths = logPathsOf(supervised)
        const stream = path === paths.outPath ? 'out' : path === paths.errPath ? 'err' : null
        if (stream !== null) await logs().skipped(paths, stream, { start, end })
      }
    },
  }
}

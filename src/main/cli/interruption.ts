import { exitInterrupted } from './verb.ts'

/**
 * For verbs that run until Ctrl-C. The signal handlers are set at the first use; before that Ctrl-C ends the program as
 * usual, and a second Ctrl-C ends it in any case.
 */
export function interruption(): () => AbortSignal {
  let controller: AbortController | null = null
  return () => {
    if (controller !== null) return controller.signal
    const own = new AbortController()
    controller = own
    const interrupt = () => (own.signal.aborted ? process.exit(exitInterrupted) : own.abort())
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
    return own.signal
  }
}

import type { Life } from '../domain/life.ts'
import type { ProcessRow } from '../domain/rows.ts'
import type { RunEnd } from '../domain/run-end.ts'

// What the Terminal tab says.

/** What a person should know before relying on a terminal. */
export const endsWithDaemon = 'The program ends when the daemon is stopped.'

/** Behind the sentence that the daemon is lost and its processes are not, which is not true of all of them. */
export const terminalsEndWithDaemon = 'Those with a terminal end with the daemon.'

/** `The program ended with code 0.` */
export function terminalEnd({ code, signal, reason }: RunEnd): string {
  const why = reason === null || reason === '' ? '' : ` (${reason})`
  if (signal !== null) return `The program was ended by ${signal}${why}.`
  return code === null ? `The program ended${why}.` : `The program ended with code ${code}${why}.`
}

/** Title and sentence in place of a terminal whose program does not run. */
export function noTerminal({ life, lastEnd }: Pick<ProcessRow, 'life' | 'lastEnd'>): {
  readonly title: string
  readonly body: string
} {
  if (lastEnd !== null && !isYetToRun(life)) return { title: terminalEnd(lastEnd), body: outputIsInLogs }
  return { title: 'The program does not run', body: 'Its terminal is here once it does.' }
}

export const outputIsInLogs = 'Its output is in Logs.'

const isYetToRun = ({ kind }: Life): boolean => kind === 'new' || kind === 'failed'

/** Above the last picture while there is no connection. */
export const staleTerminal = 'Not connected. What you see may be old; it is shown anew once the connection is back.'

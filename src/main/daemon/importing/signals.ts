/** What a process can be asked to end with. */
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'] as const

/** The same signals by their numbers on Linux (signal(7)). */
const numbers: ReadonlyMap<number, string> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [9, 'SIGKILL'],
  [10, 'SIGUSR1'],
  [12, 'SIGUSR2'],
  [15, 'SIGTERM'],
])

export const stopSignalNames = stopSignals.map((name) => name.slice('SIG'.length)).join(', ')

/** `TERM`, `sigterm` or `15` as `SIGTERM`; null for what no process here is stopped with. */
export function parseStopSignal(text: string): string | null {
  const word = text.trim().toUpperCase()
  if (/^\d+$/.test(word)) return numbers.get(Number(word)) ?? null
  const name = word.startsWith('SIG') ? word : `SIG${word}`
  return stopSignals.find((signal) => signal === name) ?? null
}

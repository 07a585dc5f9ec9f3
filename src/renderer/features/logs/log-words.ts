import type { LogStreams } from '../../../shared/contract/contract.ts'
import type { LogTimes } from '../../data/view-store.ts'

export const streamWords: Readonly<Record<LogStreams, string>> = {
  both: 'stdout and stderr',
  out: 'stdout',
  err: 'stderr',
}

export const streamOptions = (['both', 'out', 'err'] as const).map((value) => ({ value, label: streamWords[value] }))

export const timesOptions: readonly { readonly value: LogTimes; readonly label: string }[] = [
  { value: 'off', label: 'No times' },
  { value: 'clock', label: 'Time of day' },
  { value: 'since-start', label: 'Since start of the run' },
]

/** What the key T leads to. */
export const nextTimes: Readonly<Record<LogTimes, LogTimes>> = {
  off: 'clock',
  clock: 'since-start',
  'since-start': 'off',
}

import type { OutputOf } from '../../shared/contract/contract.ts'
import { countOf, formatCount } from '../../shared/text/numbers.ts'
import type { Cli } from './cli.ts'

type Imported = OutputOf<'sessions.import'>

/** What could not be taken over, one line each on standard error: `FILE:LINE: what: reason`. */
export function sayImportNotes({ notes }: Imported, cli: Cli): void {
  for (const { file, line, what, reason } of notes) {
    cli.err.line(`${file}${line === null ? '' : `:${line}`}: ${what}: ${reason}`)
  }
}

/** What was taken over, in one line. */
export function importSentence({ format, added, updated, dependences }: Imported, would: boolean): string {
  const parts = [
    `${countOf(added.length, 'process', 'processes')} added`,
    `${formatCount(updated.length)} updated`,
    countOf(dependences, 'dependence', 'dependences'),
  ]
  return `${would ? 'Would import' : 'Imported'} from ${format}: ${parts.join(', ')}`
}

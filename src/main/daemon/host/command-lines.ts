import { redactArgv } from '../../../shared/text/redact.ts'
import type { ProcessHost } from './port.ts'
import { shareLooks } from './shared-looks.ts'

/**
 * Tells whether any program of a list has a command line (redacted), see `ProcessHost.hasCommandLine`. The look begins
 * after the call. Rejects when the list does.
 */
export function createCommandLineTest(list: ProcessHost['programs']): ProcessHost['hasCommandLine'] {
  const look = shareLooks(async () => new Set((await list()).map(({ argv }) => keyOf(redactArgv(argv)))))
  return async (argv) => (await look(null)).has(keyOf(argv))
}

const keyOf = (argv: readonly string[]): string => argv.join('\0')

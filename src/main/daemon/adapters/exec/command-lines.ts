import { redactArgv } from '../../../../shared/text/redact.ts'
import { listPrograms } from './programs.ts'
import { shareLooks } from './shared-looks.ts'

/**
 * Tells whether any program of this user has a command line (redacted), see `ProcessHost.hasCommandLine`. The look begins
 * after the call. Rejects when descriptors ran out.
 */
export function createCommandLineTest(
  bootId: string,
  list: typeof listPrograms = listPrograms,
): (argv: readonly string[]) => Promise<boolean> {
  const look = shareLooks(async () => new Set((await list(bootId)).map(({ argv }) => keyOf(redactArgv(argv)))))
  return async (argv) => (await look(null)).has(keyOf(argv))
}

const keyOf = (argv: readonly string[]): string => argv.join('\0')

import process from 'node:process'
import { spawnSession } from './session.ts'

export type Finished = {
  /** Null where it was killed. */
  readonly code: number | null
  readonly output: string
  readonly errors: string
  readonly isMissing: boolean
}

/** More than any of these programs has to say. */
const maxOutput = 1 << 20

/** Runs a short program to its end, with nothing on its stdin. It is killed when `limit` aborts. */
export async function runProgram(argv: readonly string[], limit: AbortSignal): Promise<Finished> {
  const session = spawnSession(argv, sshEnvironment())
  session.stdin.end()
  let output = ''
  session.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < maxOutput) output += text
  })
  const kill = () => session.kill()
  limit.addEventListener('abort', kill, { once: true })
  const { code, isMissing } = await session.ended
  limit.removeEventListener('abort', kill)
  return { code, output, errors: session.errors(), isMissing }
}

/**
 * For an ssh of ours: English messages, and nobody is asked for a password in a window. `SendEnv` in the configuration
 * often sends the language on; there the language of the log-in is right, not that of whoever started the daemon.
 */
export function sshEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([key]) => !/^(LANG|LANGUAGE|LC_.*|SSH_ASKPASS)$/.test(key))
  return { ...Object.fromEntries(entries), SSH_ASKPASS_REQUIRE: 'never' }
}

import { spawn } from 'node:child_process'
import { until } from './until.ts'

/** A program in a terminal of its own. */
export interface Terminal extends AsyncDisposable {
  /** Keys as a keyboard sends them: `\t` is Tab, `\r` Enter. */
  type(keys: string): void
  /** Waits until the screen has shown this text. */
  shows(text: string): Promise<unknown>
}

export interface TerminalOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** Runs a shell command in a pseudo terminal (script(1)); disposing of it hangs the terminal up. */
export function openTerminal(command: string, { cwd, env }: TerminalOptions): Terminal {
  const child = spawn('script', ['--quiet', '--flush', '--command', command, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
  })
  return {
    type: (keys) => {
      child.stdin.write(keys)
    },
    shows: async (text) => {
      try {
        await until(() => screen.includes(text), { what: `"${text}" on the screen` })
      } catch (error) {
        throw new Error(`Not shown: ${text}\nThe screen:\n${screen}`, { cause: error })
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      child.stdin.destroy()
      await ended
    },
  }
}

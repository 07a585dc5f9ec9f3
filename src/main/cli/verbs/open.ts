import { spawn } from 'node:child_process'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { desktopProgram, hasDisplay } from '../desktop-program.ts'
import type { Invocation, Verb } from '../verb.ts'

export const open: Verb = {
  path: ['open'],
  summary: 'open the desktop app',
  operands: '',
  options: [],
  examples: ['procession open'],
  notes: ['Without a display use: procession serve'],
  run,
}

async function run(_: Invocation, cli: Cli): Promise<Result<number>> {
  if (!hasDisplay(cli.environment)) {
    return failure(
      'unsupported',
      'The desktop app needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set',
      'Use a browser instead: procession serve',
    )
  }
  const program = desktopProgram(cli.programRoot)
  if (program === null) {
    return failure(
      'not_found',
      `The desktop app is not installed beside ${cli.programRoot}`,
      'Install it again, or use: procession serve',
    )
  }
  const { chosenHome } = cli.places
  const home = chosenHome === null ? {} : { PROCESSION_HOME: chosenHome }
  return runToEnd(program.command, program.args, { ...cli.environment, ...home })
}

function runToEnd(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Result<number>> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env })
    child.once('error', (error) =>
      resolve(failure('failed', `The desktop app could not be started: ${error.message}`, 'See: procession doctor')),
    )
    child.once('close', (code) => resolve(success(code ?? 1)))
  })
}

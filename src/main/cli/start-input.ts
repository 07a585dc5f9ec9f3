import path from 'node:path'
import type { InputOf } from '../../shared/contract/contract.ts'
import { type Result, success } from '../../shared/domain/result.ts'
import { parseRestartLimit } from '../../shared/machine/restart-policy.ts'
import type { Cli } from './cli.ts'
import { given } from './given.ts'
import { parseGrace, parseOptional, parseRestart, parseShutdown, parseSignal } from './parse.ts'
import { parseReady } from './parse-ready.ts'
import { callerEnvironment, readSecrets, readVariables } from './start-environment.ts'
import type { Invocation, OptionValues } from './verb.ts'

type StartInput = InputOf<'process.start'>

/** What `session start --uri` or `session start -- command` asks of the daemon. Asks for secrets that are not set. */
export async function readStartInput({ command, options }: Invocation, cli: Cli): Promise<Result<StartInput>> {
  const settings = readSettings(options, cli)
  if (!settings.ok) return settings
  const env = readVariables(options.text('envFile'), options.list('env'), cli.workspace)
  if (!env.ok) return env
  const secretEnv = await readSecrets(options.list('secretEnv'), cli.environment, cli.askSecret)
  if (!secretEnv.ok) return secretEnv
  return success({
    workspace: cli.workspace,
    ...(command === null ? given({ uri: options.text('uri') }) : { argv: [...command] }),
    args: [...options.list('arg')],
    ...settings.value,
    env: env.value,
    secretEnv: secretEnv.value,
    callerEnv: callerEnvironment(cli.environment),
    force: options.flag('force'),
    adopt: options.flag('adopt'),
    launch: options.flag('launch'),
  })
}

type Settings = Pick<
  StartInput,
  'alias' | 'name' | 'restart' | 'restartLimit' | 'ready' | 'shutdown' | 'cwd' | 'stopSignal' | 'graceMs'
>

function readSettings(options: OptionValues, cli: Cli): Result<Settings> {
  const restart = parseOptional(options.text('restart'), parseRestart)
  if (!restart.ok) return restart
  const restartLimit = parseOptional(options.text('restartLimit'), parseRestartLimit)
  if (!restartLimit.ok) return restartLimit
  const ready = parseReady(options.list('ready'))
  if (!ready.ok) return ready
  const shutdown = parseOptional(options.text('shutdown'), parseShutdown)
  if (!shutdown.ok) return shutdown
  const stopSignal = parseOptional(options.text('stopSignal'), parseSignal)
  if (!stopSignal.ok) return stopSignal
  const grace = parseOptional(options.text('grace'), parseGrace)
  if (!grace.ok) return grace
  const cwd = options.text('cwd')
  return success(
    given({
      alias: options.text('alias'),
      name: options.text('name'),
      restart: restart.value,
      restartLimit: restartLimit.value,
      ready: ready.value,
      shutdown: shutdown.value,
      cwd: cwd === undefined ? undefined : path.resolve(cli.workspace, cwd),
      stopSignal: stopSignal.value,
      graceMs: grace.value === undefined ? undefined : Math.round(grace.value),
    }),
  )
}

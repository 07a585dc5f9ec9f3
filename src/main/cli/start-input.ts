import { hostname } from 'node:os'
import path from 'node:path'
import type { InputOf } from '../../shared/contract/contract.ts'
import { localHostName } from '../../shared/domain/host.ts'
import { parseProcessUri } from '../../shared/domain/process-uri.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { parseRestartLimit } from '../../shared/machine/restart-policy.ts'
import type { Cli } from './cli.ts'
import { given } from './given.ts'
import { parseGrace, parseHostName, parseOptional, parseRestart, parseShutdown, parseSignal } from './parse.ts'
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
  | 'alias'
  | 'name'
  | 'restart'
  | 'restartLimit'
  | 'ready'
  | 'shutdown'
  | 'cwd'
  | 'stopSignal'
  | 'graceMs'
  | 'pty'
  | 'host'
>

function readSettings(options: OptionValues, cli: Cli): Result<Settings> {
  const host = readHost(options)
  if (!host.ok) return host
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
      cwd: cwd === undefined || isElsewhere(options) ? cwd : path.resolve(cli.workspace, cwd),
      stopSignal: stopSignal.value,
      graceMs: grace.value === undefined ? undefined : Math.round(grace.value),
      pty: options.choice('pty'),
      host: host.value,
    }),
  )
}

/** The machine of a command; that of a URI stands in it. */
export function readHost(options: OptionValues): Result<string | undefined> {
  const host = parseOptional(options.text('host'), parseHostName)
  if (!host.ok || host.value === undefined || options.text('uri') === undefined) return host
  return failure('bad_input', '--host and --uri exclude each other', 'Write the host into the URI: exec://HOST/PATH')
}

/** Whether a folder is one of another machine, where the current folder means nothing. */
function isElsewhere(options: OptionValues): boolean {
  const uri = parseProcessUri(options.text('uri') ?? '')
  if (uri.ok && uri.value.scheme === 'ssh+exec') return true
  const host = options.text('host') ?? (uri.ok && uri.value.scheme === 'exec' ? uri.value.host : '')
  return !['', localHostName, 'localhost', '127.0.0.1', '[::1]', hostname()].includes(host)
}

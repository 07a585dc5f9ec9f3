import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

export const configShow: Verb = {
  path: ['config', 'show'],
  summary: 'print the settings, without their secrets',
  operands: '',
  options: [],
  examples: ['procession config show', 'procession config show --json'],
  run: show,
}

async function show(_: Invocation, cli: Cli): Promise<Result<number>> {
  // Only here: the readers of YAML would double the time that every other verb takes to begin.
  const { checkConfig, configFailure } = await import('../../config/read-config.ts')
  const { configText, redactConfig } = await import('../../config/show-config.ts')
  const { config: path } = cli.places
  const reading = checkConfig(path)
  if (!reading.ok) return configFailure(path, reading.problems)
  const text = configText(reading.config)
  if (cli.json) cli.out.json({ path, exists: reading.exists, settings: redactConfig(reading.config) })
  else if (text === '') cli.err.line(`No settings in ${path}: the defaults hold.`)
  else for (const line of text.trimEnd().split('\n')) cli.out.line(line)
  return success(exitOk)
}

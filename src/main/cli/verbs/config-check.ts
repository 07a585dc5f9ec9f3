import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { exitOk, exitUsage, type Invocation, type Verb } from '../verb.ts'

export const configCheck: Verb = {
  path: ['config', 'check'],
  summary: 'say whether the settings are right, and which lines are not',
  operands: '',
  options: [],
  examples: ['procession config check', 'procession config check --json'],
  notes: [
    'Exits with 2 when something is wrong. A running daemon then goes on with the last settings that were right.',
  ],
  run: check,
}

async function check(_: Invocation, cli: Cli): Promise<Result<number>> {
  // Only here: the readers of YAML would double the time that every other verb takes to begin.
  const { checkConfig, configFailure } = await import('../../config/read-config.ts')
  const { config: path } = cli.places
  const reading = checkConfig(path)
  const problems = reading.ok ? [] : reading.problems
  if (cli.json) {
    cli.out.json({ path, exists: reading.exists, ok: reading.ok, problems })
    return success(reading.ok ? exitOk : exitUsage)
  }
  if (!reading.ok) return configFailure(path, problems)
  cli.out.line(reading.exists ? `${path} is right` : `There is no ${path}: the defaults hold`)
  return success(exitOk)
}

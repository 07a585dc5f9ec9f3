import { existsSync } from 'node:fs'
import { success } from '../../../shared/domain/result.ts'
import { exitOk, type Verb } from '../verb.ts'

export const configPath: Verb = {
  path: ['config', 'path'],
  summary: 'print where the settings lie',
  operands: '',
  options: [],
  examples: ['procession config path', 'procession config path --json'],
  notes: ['The file need not be there: without it the defaults hold.'],
  run: async (_, cli) => {
    const { config } = cli.places
    if (cli.json) cli.out.json({ path: config, exists: existsSync(config) })
    else cli.out.line(config)
    return success(exitOk)
  },
}

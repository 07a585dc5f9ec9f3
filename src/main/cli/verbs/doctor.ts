import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli } from '../cli.ts'
import { type Check, isBroken } from '../doctor/check.ts'
import { checkHome, checkSecrets } from '../doctor/places.ts'
import { checkDocker, checkGpu, checkSlurm, checkSsh } from '../doctor/programs.ts'
import { checkDaemon, checkDisplay, checkElectron, checkNode, checkSystem, checkTerminals } from '../doctor/runtime.ts'
import { type Style, styled } from '../printer.ts'
import { exitOk, exitPartly, type Invocation, type Verb } from '../verb.ts'

export const doctor: Verb = {
  path: ['doctor'],
  summary: 'say what works on this machine, and what to do about the rest',
  operands: '',
  options: [],
  examples: ['procession doctor', 'procession doctor --json'],
  notes: ['Changes nothing and starts nothing. Exits with 1 only when something that everything needs is broken.'],
  run,
}

const stateStyles: Readonly<Record<Check['state'], Style>> = { ok: 'green', missing: 'dim', problem: 'red' }

async function run(_: Invocation, cli: Cli): Promise<Result<number>> {
  const { environment, places, programRoot } = cli
  const checks = await Promise.all([
    checkSystem(),
    checkNode(programRoot, environment),
    checkHome(places),
    checkSecrets(places),
    checkDaemon(cli),
    checkElectron(programRoot, environment),
    checkDisplay(environment),
    checkTerminals(programRoot),
    checkSsh(environment),
    checkDocker(environment),
    checkGpu(environment),
    checkSlurm(environment),
  ])
  if (cli.json) cli.out.json(checks)
  else for (const check of checks) print(check, cli)
  return success(isBroken(checks) ? exitPartly : exitOk)
}

const stateWidth = 9
const nameWidth = 14

function print({ name, state, detail, remedy }: Check, cli: Cli): void {
  cli.out.line(styled(state.padEnd(stateWidth), stateStyles[state]), name.padEnd(nameWidth), detail)
  if (remedy !== '') cli.out.line(' '.repeat(stateWidth + nameWidth), styled(remedy, 'cyan'))
}

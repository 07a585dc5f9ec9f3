// `npm test [-- --only STEP[,STEP]...] [-- --install]`: sets the clone up and runs every check; ends with one line
// `N passed, N failed, N skipped`.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { installCommand, installPackages, mayInstallPackages } from './lib/apt.mjs'
import { ensureBuild } from './lib/build.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { resolveElectronRuntime } from './lib/electron-runtime.mjs'
import { removeLeftovers } from './lib/leftovers.mjs'
import { runScript, SetUpError, say } from './lib/progress.mjs'
import { allParts, missingPackages } from './lib/system-packages.mjs'
import { ensureTerminalModule } from './lib/terminal-module.mjs'
import { createTestHome, removeTestHome } from './lib/test-home.mjs'
import { singleOutcome, summarise } from './lib/test-outcome.mjs'
import { steps } from './lib/test-steps.mjs'

/** @typedef {import('./lib/test-steps.mjs').Step} Step */
/** @typedef {import('./lib/test-home.mjs').TestHome} TestHome */
/** @typedef {import('./lib/test-outcome.mjs').Outcome} Outcome */

const USAGE_ERROR = 2
const INTERRUPTED = 130

const requiresReal = process.env.PROCESSION_REQUIRE_REAL === '1'
let interrupted = false
process.on('SIGINT', () => {
  interrupted = true
})

/**
 * @returns {{ chosen: readonly Step[] } | { problem: string }}
 */
function parseCommandLine() {
  const known = steps.map(({ name }) => name)
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string', multiple: true }, install: { type: 'boolean' } },
    })
    const names = values.only?.flatMap((list) => list.split(',')) ?? known
    const unknown = names.find((name) => !known.includes(name))
    if (unknown !== undefined) return { problem: `There is no step '${unknown}'. The steps are: ${known.join(', ')}.` }
    return { chosen: steps.filter(({ name }) => names.includes(name)) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { problem: `${reason}\nUsage: npm test -- [--only STEP[,STEP]...] [--install]. Steps: ${known.join(', ')}.` }
  }
}

/** Installs the system packages that are missing, where that is allowed, or says which they are. */
async function prepareSystem() {
  if (mayInstallPackages(process.argv)) return installPackages(allParts)
  const missing = missingPackages(allParts)
  if (missing.length === 0) return
  say('Some tests will be skipped for want of system packages. To install them, as root:')
  say(`  ${installCommand(missing)}`)
}

/**
 * @param {readonly Step[]} chosen
 * @param {TestHome} home
 */
async function prepareReal(chosen, home) {
  if (!chosen.some(({ needsBuild }) => needsBuild)) return
  await prepareSystem()
  if (!chosen.some(({ name }) => name === 'build')) await ensureBuild()
  if (!chosen.some(({ name }) => name === 'electron')) return
  try {
    home.environment.ELECTRON_OVERRIDE_DIST_PATH = (await resolveElectronRuntime()).folder
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(`${error.message}. ${error.remedy}`)
  }
}

/**
 * @param {readonly Step[]} chosen
 * @param {TestHome} home
 * @returns {Promise<Outcome[]>}
 */
async function runSteps(chosen, home) {
  const outcomes = []
  for (const step of chosen) {
    if (interrupted) break
    say(`\n── ${step.title} ──`)
    const started = Date.now()
    const outcome = await step.run(home)
    const verdict = outcome.failed === 0 ? 'ok' : 'FAILED'
    say(`${step.name}: ${verdict} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
    outcomes.push(outcome)
  }
  return outcomes
}

/**
 * @param {TestHome} home
 * @returns {Promise<Outcome>}
 */
async function checkLeftovers(home) {
  const leftovers = await removeLeftovers(home.run)
  for (const leftover of leftovers) say(`left behind by a test, now killed: ${leftover}`)
  return singleOutcome(leftovers.length === 0)
}

await runScript(async () => {
  const parsed = parseCommandLine()
  if ('problem' in parsed) {
    say(parsed.problem)
    return USAGE_ERROR
  }
  await ensureDependencies()
  const home = await createTestHome()
  try {
    await prepareReal(parsed.chosen, home)
    await ensureTerminalModule()
    const outcomes = [...(await runSteps(parsed.chosen, home)), await checkLeftovers(home)]
    if (interrupted) return INTERRUPTED
    const { lines, exitCode } = summarise(outcomes, requiresReal)
    console.log(`\n${lines.join('\n')}`)
    return exitCode
  } finally {
    await removeTestHome(home)
  }
})

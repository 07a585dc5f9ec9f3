import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ensureBuild } from './build.mjs'
import { ourNode, toolScript } from './our-node.mjs'
import { cloneRoot } from './place.mjs'
import { SetUpError, say } from './progress.mjs'
import { runProgram } from './run-program.mjs'
import { playwrightOutcome, runnerOutcome, singleOutcome } from './test-outcome.mjs'

/** @typedef {import('./test-outcome.mjs').Outcome} Outcome */
/** @typedef {import('./test-home.mjs').TestHome} TestHome */

/** The whole of `npm test` has 25 minutes; a step that takes this long hangs. */
const STEP_LIMIT_MS = 15 * 60_000

/**
 * @typedef {object} Step
 * @property {string} name what `--only` takes
 * @property {string} title
 * @property {boolean} needsBuild
 * @property {(home: TestHome) => Promise<Outcome>} run
 */

/** @type {readonly Step[]} in the order in which they are run */
export const steps = [
  {
    name: 'typecheck',
    title: 'Types (tsc)',
    needsBuild: false,
    run: (home) =>
      runTools(home, [
        ['typescript', 'tsc', '-p', 'tsconfig.node.json'],
        ['typescript', 'tsc', '-p', 'tsconfig.web.json'],
      ]),
  },
  {
    name: 'lint',
    title: 'Lint and format (biome)',
    needsBuild: false,
    run: (home) => runTools(home, [['@biomejs/biome', 'biome', 'ci', '.']]),
  },
  {
    name: 'dead-code',
    title: 'Dead code (knip)',
    needsBuild: false,
    run: (home) => runTools(home, [['knip', 'knip', '--no-progress']]),
  },
  { name: 'build', title: 'Build', needsBuild: false, run: runBuild },
  { name: 'unit', title: 'Unit tests and import rules', needsBuild: false, run: (home) => runVitest(home, 'unit') },
  { name: 'real', title: 'Tests with real parts', needsBuild: true, run: (home) => runVitest(home, 'real') },
  {
    name: 'electron',
    title: 'The desktop app, end to end',
    needsBuild: true,
    run: (home) => runPlaywright(home, 'electron'),
  },
  {
    name: 'chromium',
    title: 'The interface in a browser, end to end',
    needsBuild: true,
    run: (home) => runPlaywright(home, 'chromium'),
  },
]

/**
 * @param {TestHome} home
 * @param {readonly (readonly [packageName: string, binary: string, ...rest: string[]])[]} tools
 * @returns {Promise<Outcome>} one check, however many tools it takes
 */
async function runTools(home, tools) {
  let passed = true
  for (const [packageName, binary, ...rest] of tools) {
    const code = await runTool(home.environment, toolScript(packageName, binary), rest)
    if (code !== 0) passed = false
  }
  return singleOutcome(passed)
}

/** @returns {Promise<Outcome>} */
async function runBuild() {
  try {
    const built = await ensureBuild()
    if (!built) say('out/ is up to date')
    return singleOutcome(true)
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(`${error.message}. ${error.remedy}`)
    return singleOutcome(false)
  }
}

/**
 * @param {TestHome} home
 * @param {string} project of vitest.config.ts
 * @returns {Promise<Outcome>}
 */
async function runVitest(home, project) {
  const report = path.join(home.folder, `${project}.json`)
  const code = await runTool({ ...home.environment, PROCESSION_TEST_REPORT: report }, toolScript('vitest', 'vitest'), [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=./scripts/lib/vitest-report.mjs',
  ])
  return runnerOutcome(readReport(report), code)
}

/**
 * @param {TestHome} home
 * @param {string} project of playwright.config.ts
 * @returns {Promise<Outcome>}
 */
async function runPlaywright(home, project) {
  const report = path.join(home.folder, `${project}.json`)
  const environment = { ...home.environment, PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  const code = await runTool(environment, toolScript('@playwright/test', 'playwright'), [
    'test',
    '--project',
    project,
    '--reporter=list,json',
  ])
  const content = readReport(report)
  return runnerOutcome(content === null ? null : playwrightOutcome(content), code)
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} script
 * @param {readonly string[]} toolArguments
 * @returns {Promise<number>} exit code
 */
async function runTool(environment, script, toolArguments) {
  const { code, timedOut } = await runProgram(ourNode(), [script, ...toolArguments], {
    cwd: cloneRoot,
    env: environment,
    timeoutMs: STEP_LIMIT_MS,
  })
  if (timedOut) say(`stopped: no end after ${STEP_LIMIT_MS / 60_000} minutes`)
  return code
}

/**
 * @param {string} file
 * @returns {any} the parsed report; null where the runner left none
 */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

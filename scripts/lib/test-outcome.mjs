/**
 * What a step of `npm test` came to.
 *
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {Skip[]} skipped
 */

/** @typedef {{ what: string, reason: string }} Skip */

/** What is said of a skip that gives no reason, and no test of ours should be. */
export const NO_REASON = 'no reason given'

/**
 * @param {boolean} passed
 * @returns {Outcome} of a step that is one check
 */
export function singleOutcome(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: [] }
}

/**
 * The outcome of a test runner, corrected by its exit code: a runner that fails without a failed test (it crashed, a
 * file could not be loaded, there was no test) is one failure.
 *
 * @param {Outcome | null} reported null where it left no report
 * @param {number} exitCode
 * @returns {Outcome}
 */
export function runnerOutcome(reported, exitCode) {
  const outcome = reported ?? { passed: 0, failed: 0, skipped: [] }
  const hidden = outcome.failed === 0 && (exitCode !== 0 || reported === null)
  return hidden ? { ...outcome, failed: 1 } : outcome
}

/**
 * @typedef {object} PlaywrightSuite part of the report of Playwright's JSON reporter
 * @property {string} title
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ title: string, tests: PlaywrightTest[] }[]} specs
 *
 * @typedef {object} PlaywrightTest
 * @property {'expected' | 'unexpected' | 'flaky' | 'skipped'} status
 * @property {{ type: string, description?: string }[]} annotations
 */

/**
 * @param {{ suites: PlaywrightSuite[], errors: unknown[] }} report errors are those outside of any test
 * @returns {Outcome}
 */
export function playwrightOutcome(report) {
  const tests = report.suites.flatMap((suite) => listTests(suite, ''))
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    // A test that passes only at its second try has failed.
    failed: tests.filter(({ status }) => status === 'unexpected' || status === 'flaky').length + report.errors.length,
    skipped: tests
      .filter(({ status }) => status === 'skipped')
      .map(({ name, annotations }) => ({
        what: name,
        reason: annotations.find(({ type }) => type === 'skip')?.description ?? NO_REASON,
      })),
  }
}

/**
 * @param {PlaywrightSuite} suite
 * @param {string} parent
 * @returns {(PlaywrightTest & { name: string })[]}
 */
function listTests(suite, parent) {
  const prefix = `${parent}${suite.title} > `
  const own = suite.specs.flatMap(({ title, tests }) => tests.map((test) => ({ ...test, name: prefix + title })))
  return [...own, ...(suite.suites ?? []).flatMap((inner) => listTests(inner, prefix))]
}

/**
 * Adds outcomes up. Where real parts are required a skip is a failure.
 *
 * @param {readonly Outcome[]} outcomes
 * @param {boolean} skipsFail
 * @returns {{ lines: string[], exitCode: number }} each skip with its reason, then the one line of numbers
 */
export function summarise(outcomes, skipsFail) {
  const skips = outcomes.flatMap(({ skipped }) => skipped)
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0) + (skipsFail ? skips.length : 0)
  const note = skipsFail ? ' (a failure: PROCESSION_REQUIRE_REAL=1)' : ''
  const skippedCount = skipsFail ? 0 : skips.length
  return {
    lines: [
      ...skips.map(({ what, reason }) => `skipped: ${what}: ${reason}${note}`),
      `${passed} passed, ${failed} failed, ${skippedCount} skipped`,
    ],
    exitCode: failed === 0 ? 0 : 1,
  }
}

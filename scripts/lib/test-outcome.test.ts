import { describe, expect, test } from 'vitest'
import { NO_REASON, playwrightOutcome, runnerOutcome, summarise } from './test-outcome.mjs'

const outcome = { passed: 2, failed: 0, skipped: [{ what: 'slurm.test.ts > a job', reason: 'needs slurm-wlm' }] }

describe('summarise', () => {
  test('names each skip with its reason and ends with one line of sums', () => {
    expect(summarise([outcome, { passed: 1, failed: 0, skipped: [] }], false)).toEqual({
      lines: ['skipped: slurm.test.ts > a job: needs slurm-wlm', '3 passed, 0 failed, 1 skipped'],
      exitCode: 0,
    })
  })

  test('a failure gives exit code 1', () => {
    expect(summarise([outcome, { passed: 0, failed: 1, skipped: [] }], false)).toMatchObject({ exitCode: 1 })
  })

  test('a skip is a failure where real parts are required', () => {
    const { lines, exitCode } = summarise([outcome], true)
    expect(lines.at(-1)).toBe('2 passed, 1 failed, 0 skipped')
    expect(lines[0]).toContain('needs slurm-wlm (a failure')
    expect(exitCode).toBe(1)
  })
})

describe('runnerOutcome', () => {
  test('a runner that fails without a failed test, or leaves no report, is one failure', () => {
    expect(runnerOutcome({ passed: 5, failed: 0, skipped: [] }, 1)).toMatchObject({ passed: 5, failed: 1 })
    expect(runnerOutcome(null, 0)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('failed tests are counted once, whatever the exit code says', () => {
    expect(runnerOutcome({ passed: 5, failed: 2, skipped: [] }, 1)).toMatchObject({ failed: 2 })
  })
})

test('the report of Playwright is summed over nested suites; a test that passed at a second try has failed', () => {
  const skip = { type: 'skip', description: 'needs chromium' }
  const report = {
    errors: [{ message: 'a file could not be loaded' }],
    suites: [
      {
        title: 'grid.spec.ts',
        specs: [{ title: 'shows rows', tests: [{ status: 'expected' as const, annotations: [] }] }],
        suites: [
          {
            title: 'menu',
            specs: [
              { title: 'opens', tests: [{ status: 'flaky' as const, annotations: [] }] },
              { title: 'closes', tests: [{ status: 'skipped' as const, annotations: [skip] }] },
              { title: 'is empty', tests: [{ status: 'skipped' as const, annotations: [] }] },
            ],
          },
        ],
      },
    ],
  }
  expect(playwrightOutcome(report)).toEqual({
    passed: 1,
    failed: 2,
    skipped: [
      { what: 'grid.spec.ts > menu > closes', reason: 'needs chromium' },
      { what: 'grid.spec.ts > menu > is empty', reason: NO_REASON },
    ],
  })
})

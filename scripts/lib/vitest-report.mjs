import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { NO_REASON } from './test-outcome.mjs'

/**
 * Reports an outcome (see test-outcome.mjs) to the file that `PROCESSION_TEST_REPORT` names. Vitest's own JSON report
 * leaves out why a test was skipped.
 */
class VitestReport {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.PROCESSION_TEST_REPORT
    if (!file) throw new Error('PROCESSION_TEST_REPORT names no file')
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const brokenModules = modules.filter((module) => module.errors().length > 0)
    const outcome = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed:
        tests.filter((test) => test.result().state === 'failed' || test.result().state === 'pending').length +
        brokenModules.length +
        unhandledErrors.length,
      skipped: tests.flatMap((test) => {
        const result = test.result()
        if (result.state !== 'skipped') return []
        const what = `${path.relative(process.cwd(), test.module.moduleId)} > ${test.fullName}`
        return [{ what, reason: result.note ?? NO_REASON }]
      }),
    }
    writeFileSync(file, JSON.stringify(outcome))
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest takes the default export of a reporter's file
export default VitestReport

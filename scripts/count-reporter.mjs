import { writeFileSync } from 'node:fs'

/**
 * A Vitest reporter that writes how many tests passed, failed and were skipped, as JSON, to the file named by
 * HEDDLE_TEST_COUNTS. A file that could not be loaded, a hook that threw and an error outside any test count as one
 * failure each: none of them may look like success.
 */
export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        counts[state === 'pending' ? 'failed' : state] += 1
      }
    }
    const file = process.env.HEDDLE_TEST_COUNTS
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts))
  }
}

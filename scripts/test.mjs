import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entry } from './entry.mjs'
import { runChild } from './run-child.mjs'
import { root } from './workspace.mjs'

// `npm test [-- Vitest arguments]`: all tests, then one line with the counts.
await entry(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-test-'))
  const countsFile = join(folder, 'counts.json')
  try {
    const code = await runVitest(process.argv.slice(2), countsFile)
    const { passed, failed, skipped } = readCounts(countsFile, code)
    process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
    return code !== 0 ? code : Number(failed > 0 || passed === 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** @param {string[]} args @param {string} countsFile */
function runVitest(args, countsFile) {
  const reporters = args.some((arg) => arg.startsWith('--reporter')) ? [] : ['--reporter=default']
  reporters.push(`--reporter=${join(root, 'scripts/count-reporter.mjs')}`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  return runChild(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    env: { ...process.env, HEDDLE_TEST_COUNTS: countsFile },
  })
}

/**
 * @param {string} file
 * @param {number} code - Vitest's exit code: a failure without a failed test (it crashed, say) still is one.
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
function readCounts(file, code) {
  try {
    const counts = JSON.parse(readFileSync(file, 'utf8'))
    const isUnexplained = code !== 0 && counts.failed === 0
    return isUnexplained ? { ...counts, failed: 1 } : counts
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

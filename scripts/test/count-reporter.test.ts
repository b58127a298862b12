import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../workspace.mjs'

/** Runs Vitest itself over the given test files. */
function countsOf(files: Record<string, string>): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-counts-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporter = join(root, 'scripts/count-reporter.mjs')
  const args = [vitest, 'run', '--globals', '--root', folder, `--reporter=${reporter}`]
  const counts = join(folder, 'counts.json')
  spawnSync(process.execPath, args, { cwd: folder, env: { ...process.env, HEDDLE_TEST_COUNTS: counts } })
  return JSON.parse(readFileSync(counts, 'utf8'))
}

test('counts passed, failed and skipped tests of all files', () => {
  const counts = countsOf({
    'a.test.js':
      "test('1', () => {}); describe('d', () => { test('2', () => {}); test.skip('3', () => {}) })",
    'b.test.js': "test('4', () => { throw new Error('no') }); test.todo('5')",
  })

  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 2 })
})

test('counts a file that does not load, a hook that throws and a loose rejection as failed', () => {
  const counts = countsOf({
    'a.test.js': "import './absent.js'",
    'b.test.js': "describe('d', () => { beforeAll(() => { throw new Error('hook') }); test('1', () => {}) })",
    'c.test.js': "test('2', () => { void Promise.reject(new Error('loose')) })",
  })

  expect(counts).toEqual({ passed: 1, failed: 3, skipped: 1 })
})

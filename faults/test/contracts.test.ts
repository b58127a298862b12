import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

interface Assertion {
  readonly ancestorTitles: readonly string[]
  readonly status: string
}

test('the contract suites notice every adapter that breaks a promise', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-contracts-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const report = join(folder, 'report.json')
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const config = join(import.meta.dirname, 'fixtures/vitest.config.ts')

  const args = [vitest, 'run', '--config', config, '--reporter=json', `--outputFile=${report}`]
  await new Promise((resolve) => execFile(process.execPath, args, { cwd: folder }, resolve))
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    testResults: { assertionResults: Assertion[] }[]
  }

  const failures = new Map<string, number>()
  for (const { ancestorTitles, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const suite = ancestorTitles[0] ?? ''
    failures.set(suite, (failures.get(suite) ?? 0) + (status === 'failed' ? 1 : 0))
  }
  const unnoticed = [...failures].filter(([, count]) => count === 0).map(([suite]) => suite)
  expect(unnoticed).toEqual([])
  expect(failures.size).toBe(17)
})

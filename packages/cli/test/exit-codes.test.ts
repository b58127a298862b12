import type { RunStop } from '@heddle/core'
import { expect, test } from 'vitest'
import { runExitCode } from '../src/exit-codes.ts'

test.each<[RunStop, NodeJS.Signals | undefined, number]>([
  [{ reason: 'done' }, undefined, 0],
  [{ reason: 'failed', error: { code: 'model.unavailable', message: 'x', retryable: true } }, undefined, 1],
  [{ reason: 'failed', error: { code: 'config.missing_key', message: 'x', retryable: false } }, undefined, 2],
  [{ reason: 'steps', steps: 3 }, undefined, 3],
  [{ reason: 'length' }, undefined, 3],
  [{ reason: 'refused' }, undefined, 3],
  [{ reason: 'aborted', message: 'x' }, undefined, 130],
  [{ reason: 'aborted', message: 'x' }, 'SIGTERM', 143],
  [{ reason: 'aborted', message: 'x' }, 'SIGHUP', 129],
])('a run that stopped as %j (%s) exits with %d', (stop, signal, code) => {
  expect(runExitCode(stop, signal)).toBe(code)
})

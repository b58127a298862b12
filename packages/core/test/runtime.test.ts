import { sleep, systemRuntime } from '@heddle/core'
import { scriptedRuntime } from '@heddle/testkit'
import { afterEach, expect, test, vi } from 'vitest'

const DAY_MS = 86_400_000

afterEach(() => {
  vi.useRealTimers()
})

test('wakes after a delay that the timers of the platform cannot hold, and not before', () => {
  vi.useFakeTimers()
  let wokenAtMs: number | null = null
  const startMs = Date.now()
  systemRuntime.setTimer(() => (wokenAtMs = Date.now() - startMs), 60 * DAY_MS)

  vi.advanceTimersByTime(60 * DAY_MS - 1)
  const before = wokenAtMs
  vi.advanceTimersByTime(1)

  expect([before, wokenAtMs]).toEqual([null, 60 * DAY_MS])
})

test('forgets a long delay at any time', () => {
  vi.useFakeTimers()
  let isWoken = false
  const forget = systemRuntime.setTimer(() => (isWoken = true), 60 * DAY_MS)

  vi.advanceTimersByTime(40 * DAY_MS)
  forget()
  vi.advanceTimersByTime(40 * DAY_MS)

  expect([isWoken, vi.getTimerCount()]).toEqual([false, 0])
})

test('a sleeper that woke leaves no listener, and one whose signal aborts no timer', async () => {
  const runtime = scriptedRuntime()
  const abort = new AbortController()
  const { signal } = abort
  const removed: unknown[] = []
  const remove = signal.removeEventListener.bind(signal)
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    removed.push(args[0])
    remove(...args)
  }

  const woken = sleep(runtime, 10, signal)
  await runtime.advance(10)
  await woken
  const aborted = sleep(runtime, 10, signal)
  abort.abort()
  await aborted

  expect([removed, runtime.pendingTimers]).toEqual([['abort', 'abort'], 0])
})

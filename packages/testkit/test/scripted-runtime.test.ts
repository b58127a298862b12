import { sleep } from '@heddle/core'
import { expect, test } from 'vitest'
import { scriptedRuntime } from '@heddle/testkit'

const never = new AbortController().signal

test('stands still until it is advanced, and moves both clocks by as much', async () => {
  const runtime = scriptedRuntime({ startMs: 5_000 })

  const before = [runtime.nowMs(), runtime.monotonicMs()]
  await runtime.advance(250)

  expect(before).toEqual([5_000, 0])
  expect([runtime.nowMs(), runtime.monotonicMs()]).toEqual([5_250, 250])
})

test('fires timers in order of time, then of setting, each at its own time', async () => {
  const runtime = scriptedRuntime()
  const fired: [string, number][] = []
  const note = (name: string) => () => void fired.push([name, runtime.monotonicMs()])
  runtime.setTimer(note('late'), 30)
  runtime.setTimer(note('early'), 10)
  runtime.setTimer(note('also late'), 30)
  runtime.setTimer(note('beyond'), 31)

  await runtime.advance(30)

  expect(fired).toEqual([
    ['early', 10],
    ['late', 30],
    ['also late', 30],
  ])
  expect(runtime.pendingTimers).toBe(1)
})

test('lets a woken task set its next timer within the same call', async () => {
  const runtime = scriptedRuntime()
  const wokenAtMs: number[] = []
  const task = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      await sleep(runtime, 100, never)
      wokenAtMs.push(runtime.monotonicMs())
    }
  }
  const done = task()

  await runtime.advance(1_000)
  await done

  expect(wokenAtMs).toEqual([100, 200, 300])
  expect(runtime.monotonicMs()).toBe(1_000)
})

test('forgets a timer that was cancelled', async () => {
  const runtime = scriptedRuntime()
  let fired = false
  const forget = runtime.setTimer(() => (fired = true), 10)

  forget()
  await runtime.advance(10)

  expect([fired, runtime.pendingTimers]).toEqual([false, 0])
})

test('counts ids for each prefix', () => {
  const runtime = scriptedRuntime()

  const ids = [runtime.newId('call'), runtime.newId('run'), runtime.newId('call')]

  expect(ids).toEqual(['call_0001', 'run_0001', 'call_0002'])
})

test('gives equal chance to equal seeds, spread from 0 to 1', () => {
  const draw = (seed: number): number[] => {
    const runtime = scriptedRuntime({ seed })
    return Array.from({ length: 1_000 }, () => runtime.random())
  }

  const numbers = draw(7)

  expect(draw(7)).toEqual(numbers)
  expect(draw(8)).not.toEqual(numbers)
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(1)
  expect(numbers.filter((number) => number < 0.5).length).toBeGreaterThan(400)
})

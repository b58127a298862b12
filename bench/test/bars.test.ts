import { expect, test } from 'vitest'
import { judgeBars } from '../src/bars.ts'
import { summarise } from '../src/samples.ts'
import type { Sample } from '../src/samples.ts'

test('compares within each round and takes the median of the ratios', () => {
  const samples = [...perRound('fetch-loop', [10, 20, 40]), ...perRound('heddle', [12, 30, 40])]

  expect(summarise(samples, [{ name: 'stream', candidates: ['fetch-loop', 'heddle'] }])).toEqual([
    { ...STREAM, candidate: 'fetch-loop', median: 20, min: 10, max: 40, ratio: 1 },
    { ...STREAM, candidate: 'heddle', median: 30, min: 12, max: 40, ratio: 1.2 },
  ])
})

test('gives no ratio of values that lie around zero', () => {
  const samples: Sample[] = [
    { scenario: 'leak', metric: 'heldKbPerRun', candidate: 'heddle', round: 1, value: -0.2 },
  ]

  expect(
    summarise(samples, [{ name: 'leak', candidates: ['heddle'] }]).map(({ median, ratio }) => ({
      median,
      ratio,
    })),
  ).toEqual([{ median: -0.2, ratio: null }])
})

test('passes a bar at its limit and misses it above', () => {
  const atLimit = [...perRound('fetch-loop', [5]), ...perRound('heddle', [4])]
  const above = [...perRound('fetch-loop', [4]), ...perRound('heddle', [5])]

  expect(judgeBars(atLimit).map(({ value, isMet }) => ({ value, isMet }))).toEqual([
    { value: 0.8, isMet: true },
  ])
  expect(judgeBars(above).map(({ value, isMet }) => ({ value, isMet }))).toEqual([
    { value: 1.25, isMet: false },
  ])
})

test('misses a bar below a limit that asks for more', () => {
  const perSecond = (value: number): Sample[] => [
    { scenario: 'durable-log', metric: 'eventsPerSecond', candidate: 'heddle-sqlite', round: 1, value },
  ]

  const bars = [20_000, 19_999].flatMap((value) => judgeBars(perSecond(value)))

  expect(bars.map(({ side, isMet }) => ({ side, isMet }))).toEqual([
    { side: 'at least', isMet: true },
    { side: 'at least', isMet: false },
  ])
})

test('judges what a disk adds to a step by the difference within each round', () => {
  const stepMs = (candidate: Sample['candidate'], values: readonly number[]): Sample[] =>
    values.map((value, index) => ({
      scenario: 'lone-steps',
      metric: 'stepMs',
      candidate,
      round: index + 1,
      value,
    }))

  const bars = judgeBars([...stepMs('heddle', [1, 2, 4]), ...stepMs('heddle-sqlite', [2, 2.5, 4.25])])

  expect(bars.map(({ value, isMet }) => ({ value, isMet }))).toEqual([{ value: 0.5, isMet: true }])
})

test('judges only what was measured', () => {
  expect(judgeBars(perRound('ai-sdk', [1]))).toEqual([])
})

const STREAM = { scenario: 'stream', metric: 'cpuUsPerDelta' } as const

function perRound(candidate: Sample['candidate'], values: readonly number[]): Sample[] {
  return values.map((value, index) => ({ ...STREAM, candidate, round: index + 1, value }))
}

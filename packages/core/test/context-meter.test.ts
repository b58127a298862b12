import { assistantMessage, estimateMessageTokens, userMessage } from '@heddle/core'
import type { Message, RunState } from '@heddle/core'
import { expect, test } from 'vitest'
import { contextMeter } from '../src/context-meter.ts'

type Metered = Parameters<ReturnType<typeof contextMeter>['measure']>[0]

const words = (count: number): Message => userMessage(' word'.repeat(count))

function stateOf(messages: readonly Message[], counted: RunState['counted'] = null): Metered {
  return { model: 'a/one', instructions: '', messages, compaction: null, counted, queued: [] }
}

function count(inputTokens: number, messages: number): NonNullable<RunState['counted']> {
  return { model: 'a/one', inputTokens, messages, compaction: null }
}

/** An array that counts how often one of its items is taken. */
function watched(messages: readonly Message[]): { messages: readonly Message[]; taken: () => number } {
  let taken = 0
  const proxy = new Proxy(messages, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key)) taken++
      return Reflect.get(target, key, receiver)
    },
  })
  return { messages: proxy, taken: () => taken }
}

test('looks at what is new alone, however long the history', () => {
  const meter = contextMeter(() => [])
  const history = Array.from({ length: 2_000 }, (_none, at) => userMessage(`${at}`))
  meter.measure(stateOf(history))
  const { messages, taken } = watched([...history, assistantMessage('new'), userMessage('newer')])

  const { history: tokens } = meter.measure(stateOf(messages, count(10_000, 2_000)))

  expect(taken()).toBe(2)
  expect(tokens).toBeGreaterThan(10_000)
})

test('is exact about what the provider counted, and dear about the rest', () => {
  const messages = [words(1_000), words(1_000)]
  const meter = contextMeter(() => [])

  const low = meter.measure(stateOf(messages, count(600, 1))).history
  const high = meter.measure(stateOf(messages, count(1_500, 1))).history

  const own = estimateMessageTokens(words(1_000))
  expect(low).toBe(600 + own)
  expect(high).toBe(1_500 + Math.ceil((own * 1_500) / own))
})

test('does not believe a count that is far off', () => {
  const messages = [words(1_000)]
  const own = estimateMessageTokens(words(1_000))

  const measured = [1, 1_000_000].map(
    (inputTokens) => contextMeter(() => []).measure(stateOf(messages, count(inputTokens, 1))).history,
  )

  expect(measured).toEqual([Math.ceil(own * 0.25), own * 2])
})

test('forgets the count when another model takes over', () => {
  const meter = contextMeter(() => [])
  const messages = [words(1_000)]
  const counted = count(500, 1)
  meter.measure(stateOf(messages, counted))

  const { history } = meter.measure({ ...stateOf(messages, counted), model: 'b/two' })

  expect(history).toBe(estimateMessageTokens(words(1_000)))
})

import type { ModelEvent } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { lazyModel } from '../src/lazy-model.ts'
import { HELLO } from './support/answer.ts'

const INFO = { contextWindow: null, maxOutputTokens: null, price: null }

async function textOf(batches: AsyncIterable<readonly ModelEvent[]>): Promise<string> {
  let text = ''
  for await (const batch of batches) {
    for (const event of batch) if (event.type === 'text.delta') text += event.text
  }
  return text
}

test('loads a model once, at the first question', async () => {
  const inner = scriptedModel([{ text: ['a', 'b', 'c'], batch: 1 }, 'second'])
  let loads = 0
  const model = lazyModel('x/y', INFO, () => {
    loads++
    return Promise.resolve(inner)
  })
  const { signal } = new AbortController()
  const unread = model.stream(HELLO, signal)

  expect(loads).toBe(0)
  expect(await textOf(model.stream(HELLO, signal))).toBe('abc')
  expect(await textOf(model.stream(HELLO, signal))).toBe('second')
  expect(loads).toBe(1)
  expect(unread).toBeDefined()
})

test('loads once for all who ask at the same time', async () => {
  const inner = scriptedModel(['same'], { repeatLast: true })
  let loads = 0
  const model = lazyModel('x/y', INFO, () => {
    loads++
    return Promise.resolve(inner)
  })
  const { signal } = new AbortController()

  const texts = await Promise.all(Array.from({ length: 5 }, () => textOf(model.stream(HELLO, signal))))

  expect(texts).toEqual(Array(5).fill('same'))
  expect(loads).toBe(1)
})

test('asks nobody when the reader leaves while the code is loaded', async () => {
  const inner = scriptedModel(['never'])
  const loading = Promise.withResolvers<typeof inner>()
  const answer = lazyModel('x/y', INFO, () => loading.promise).stream(HELLO, new AbortController().signal)
  const batches = answer[Symbol.asyncIterator]()

  const first = batches.next()
  await batches.return?.()
  loading.resolve(inner)

  expect(await first).toEqual({ done: true, value: undefined })
  expect(inner.openStreams).toBe(0)
})

test('closes the answer when the reader leaves in the middle', async () => {
  const inner = scriptedModel([{ text: ['a', 'b'], batch: 1 }])
  const model = lazyModel('x/y', INFO, () => Promise.resolve(inner))

  for await (const _batch of model.stream(HELLO, new AbortController().signal)) break

  expect(inner.abortedCount).toBe(1)
  expect(inner.openStreams).toBe(0)
})

test('tries to load again after a failure', async () => {
  let loads = 0
  const model = lazyModel('x/y', INFO, () => {
    loads++
    return loads === 1 ? Promise.reject(new Error('no such file')) : Promise.resolve(scriptedModel(['ok']))
  })
  const { signal } = new AbortController()

  await expect(textOf(model.stream(HELLO, signal))).rejects.toThrow('no such file')
  expect(await textOf(model.stream(HELLO, signal))).toBe('ok')
})

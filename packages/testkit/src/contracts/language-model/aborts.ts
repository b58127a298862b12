import { getEventListeners } from 'node:events'
import type { ModelEvent } from '@heddle/core'
import { expect, test } from 'vitest'
import type { Fault } from '../../fake-provider/script.ts'
import { hearAnswer, partsOf, promptRequest } from './hear-answer.ts'
import { eventually } from './under-test.ts'
import type { UnderTest } from './under-test.ts'

export function abortTests({ start }: UnderTest): void {
  test.each<[string, Fault]>([
    ['before the headers', { kind: 'silence', headers: false }],
    ['before the first event', { kind: 'silence' }],
    ['in the middle', { kind: 'silence', afterDeltas: 1 }],
  ])('%s throws model.aborted and closes the connection', async (_, fault) => {
    const { provider, model } = await start({ text: ['one', 'two'], faults: [fault] })
    const abort = new AbortController()

    const heard = hearAnswer(model, promptRequest(), abort.signal)
    await expect.poll(() => provider.openRequests, eventually).toBe(1)
    abort.abort()
    const { error } = await heard

    expect(error).toMatchObject({ code: 'model.aborted', retryable: false })
    await expect
      .poll(() => provider.requests.map(({ closedByClient }) => closedByClient), eventually)
      .toEqual([true])
    expect(provider.openRequests).toBe(0)
  })

  test('that came first throws model.aborted and asks nobody', async () => {
    const { provider, model } = await start({ text: 'So' })

    const { error } = await hearAnswer(model, promptRequest(), AbortSignal.abort())

    expect(error).toMatchObject({ code: 'model.aborted' })
    expect(provider.requests).toEqual([])
  })

  test('between two batches is heeded: nothing more is told', async () => {
    const { model } = await start({ text: ['one', ' two', ' three'], delayMs: 20 })
    const abort = new AbortController()
    const told: ModelEvent[] = []

    const reading = (async () => {
      for await (const batch of model.stream(promptRequest(), abort.signal)) {
        told.push(...batch)
        if (partsOf(batch).length > 0) abort.abort()
      }
    })()

    await expect(reading).rejects.toMatchObject({ code: 'model.aborted' })
    expect(partsOf(told)).toEqual([{ type: 'text', text: 'one' }])
  })

  test('is not needed by a reader who leaves: the connection is closed for it', async () => {
    const { provider, model } = await start({
      text: ['one', 'two'],
      faults: [{ kind: 'silence', afterDeltas: 1 }],
    })

    for await (const _ of model.stream(promptRequest(), new AbortController().signal)) break

    await expect
      .poll(() => provider.requests.map(({ closedByClient }) => closedByClient), eventually)
      .toEqual([true])
  })

  test('leaves nothing behind: no answer, whole or broken, still listens to its signal', async () => {
    const { model } = await start({
      text: 'So',
      faults: [{ kind: 'none' }, { kind: 'cut' }, { kind: 'status', status: 500 }],
    })
    const { signal } = new AbortController()

    for (let count = 0; count < 3; count++) await hearAnswer(model, promptRequest(), signal)

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
}

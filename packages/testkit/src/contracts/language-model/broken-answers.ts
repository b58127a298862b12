import { isAgentError } from '@heddle/core'
import type { JsonValue } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { sseText } from '../../fake-provider/encode-stream.ts'
import { countValues } from '../../fake-provider/odd-value.ts'
import type { FakeTurn, Fault } from '../../fake-provider/script.ts'
import { splitTurn } from '../../fake-provider/split-turn.ts'
import type { WireStream } from '../../fake-provider/wire.ts'
import { hearAnswer, isBeginning, partsOf } from './hear-answer.ts'
import { eventually } from './under-test.ts'
import type { UnderTest } from './under-test.ts'

/** Everything that an answer can hold. */
const RICH: FakeTurn = {
  reasoning: 'hm',
  text: 'warp 🧵',
  toolCalls: [{ name: 'add', arguments: { a: 1 } }],
  argumentChunks: 2,
}

/** One of each kind of JSON value; an object and an array also with something in them. */
const ODD_VALUES: readonly JsonValue[] = [null, true, -1, 1e300, '', 'odd', [], [null], [{}], {}, { odd: 1 }]

export function brokenAnswerTests(under: UnderTest): void {
  const { start } = under

  test.each<[string, Fault, string]>([
    ['is cut', { kind: 'cut', afterDeltas: 2 }, 'model.interrupted'],
    ['ends in order but without its end', { kind: 'no-end' }, 'model.interrupted'],
    ['holds broken JSON', { kind: 'malformed', afterDeltas: 2 }, 'model.bad_response'],
    ['holds a word', { kind: 'odd-event', afterDeltas: 2, data: 'oops' }, 'model.bad_response'],
    ['holds a list', { kind: 'odd-event', afterDeltas: 2, data: '[1]' }, 'model.bad_response'],
    ['holds an error event', { kind: 'error-event', afterDeltas: 2 }, 'model.unavailable'],
    ['holds a rate limit', { kind: 'error-event', afterDeltas: 2, status: 429 }, 'model.rate_limited'],
    [
      'holds a failure of the server',
      { kind: 'error-event', afterDeltas: 2, status: 500 },
      'model.unavailable',
    ],
  ])('that %s is told as far as it came, then throws a retryable error', async (_, fault, code) => {
    const { provider, model } = await start({ text: ['one ', 'two '], faults: [fault] })

    const { events, error, faults } = await hearAnswer(model)

    expect(error).toMatchObject({ code, retryable: true })
    expect(faults).toEqual([])
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'one two ' }])
    expect(events.filter(({ type }) => type === 'finish')).toEqual([])
    await expect.poll(() => provider.openRequests, eventually).toBe(0)
  })

  test('that is cut before its first byte throws a retryable error', async () => {
    const { model } = await start({ text: 'So', faults: [{ kind: 'cut', afterBytes: 0 }] })

    const { events, error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.interrupted', retryable: true })
    expect(events).toEqual([])
  })

  test('that is an error from its first event on has told nothing', async () => {
    const { model } = await start({ text: 'So', faults: [{ kind: 'error-event', afterDeltas: 0 }] })

    const { events, error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.unavailable', retryable: true })
    expect(events).toEqual([])
  })

  test('for want of money throws model.spend_limit, which no retry will mend', async () => {
    const { model } = await start({
      text: 'So',
      faults: [{ kind: 'error-event', status: 402, reason: 'quota' }],
    })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.spend_limit', retryable: false })
  })

  test('that did not fit the context throws model.context_overflow', async () => {
    const { model } = await start({
      text: 'So',
      faults: [{ kind: 'error-event', status: 400, reason: 'overflow' }],
    })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.context_overflow', retryable: false })
  })

  describe('anywhere', () => anywhereTests(under))
}

/** The answer is cut, or mangled, at every place that it has. */
function anywhereTests(under: UnderTest): void {
  const { start, format } = under

  test('a cut is told as far as it came; only after the finish reason is it the end of a whole answer', async () => {
    const { length } = Buffer.from(sseText(streamOf(under).frames))
    const cuts = Array.from({ length: Math.ceil(length / CUT_STEP) }, (_, step) => step * CUT_STEP)
    const { model } = await start({
      ...RICH,
      faults: cuts.map((afterBytes): Fault => ({ kind: 'cut', afterBytes })),
    })

    const heard = []
    for (const afterBytes of cuts) heard.push({ afterBytes, ...(await hearAnswer(model)) })
    const whole = await hearAnswer(model)

    expect(whole.error).toBeUndefined()
    const wholeParts = partsOf(whole.events)
    for (const { afterBytes, events, error, faults } of heard) {
      const about = `cut after byte ${afterBytes} of ${length}`
      expect(faults, about).toEqual([])
      if (error === undefined) expect(partsOf(events), about).toEqual(wholeParts)
      else {
        expect(error, about).toMatchObject({ code: 'model.interrupted', retryable: true })
        expect(isBeginning(partsOf(events), wholeParts), about).toBe(true)
      }
    }
    expect(heard.filter(({ error }) => error !== undefined).length).toBeGreaterThan(cuts.length / 3)
  })

  test.each(ODD_VALUES.map((value) => ({ value })))(
    '$value in the place of a value is borne, or a typed error, but never a lie',
    async ({ value }) => {
      const count = countValues(streamOf(under).frames)
      const { model } = await start({
        ...RICH,
        faults: Array.from({ length: count }, (_, at): Fault => ({ kind: 'odd-value', at, value })),
      })

      for (let at = 0; at < count; at++) {
        const { error, faults } = await hearAnswer(model)

        const about = `in the place of value ${at}`
        expect(faults, about).toEqual([])
        if (error !== undefined) expect(error, about).toSatisfy(isHonest)
      }
      const { error, events } = await hearAnswer(model)
      expect([error, partsOf(events).length]).toEqual([undefined, 3])
    },
  )

  function streamOf(_: UnderTest): WireStream {
    return format.stream(splitTurn(RICH), { model: 'fake-model', serial: 0, withUsage: true })
  }
}

/** Bytes from one cut to the next: less than any event has, and a prime, so that no place in an event is left out. */
const CUT_STEP = 7

/** A model error; and not one that blames the connection for what could not be understood. */
function isHonest(error: unknown): boolean {
  if (!isAgentError(error) || !error.code.startsWith('model.')) return false
  return error.code === 'model.bad_response' || !(error.cause instanceof TypeError)
}

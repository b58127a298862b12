import fc from 'fast-check'
import { userMessage } from '@heddle/core'
import type { LanguageModel, Message } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import { ask } from '../support/answer.ts'
import { expectAnswered, lastTranscript, modelOn, startProvider, WIRES } from './wires.ts'

/** Ids as other programs, other vendors and people by hand make them. */
const ID = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.stringMatching(/^[a-zA-Z0-9_-]{1,50}$/),
  fc.stringMatching(/^(call|toolu|fc)_[.:|/ a-z]{1,4}$/),
  fc.constantFrom('', 'x'.repeat(449) + '1', 'x'.repeat(449) + '2', 'a.b', 'a:b', 'a_b', '🧵', 'звонок'),
)

/** A history from elsewhere: turns of parallel calls, with any ids that differ. */
const HISTORY: fc.Arbitrary<Message[]> = fc
  .uniqueArray(ID, { minLength: 1, maxLength: 12 })
  .map((ids) => [userMessage('Hi'), ...inTurns(ids).flatMap(turnOf), userMessage('Go on.')])

function inTurns(ids: readonly string[]): string[][] {
  return ids.length <= 3 ? [[...ids]] : [ids.slice(0, 3), ...inTurns(ids.slice(3))]
}

function turnOf(ids: readonly string[]): Message[] {
  return [
    {
      role: 'assistant',
      content: ids.map((callId) => ({ type: 'tool-call', callId, name: 'look', input: { at: callId } })),
    },
    {
      role: 'tool',
      content: ids.map((callId) => ({
        type: 'tool-result',
        callId,
        name: 'look',
        status: 'ok',
        output: 'seen',
      })),
    },
  ]
}

describe.each(WIRES)('on the %s wire', (wire) => {
  test('any ids become ids that the vendor takes, each its own, and the same in every request', async () => {
    const provider = await startProvider({ text: 'So' })
    const model = modelOn(wire, provider, 'one')
    const another = modelOn(wire, provider, 'one')
    const asking = (target: LanguageModel, messages: Message[]): Promise<unknown> =>
      ask(target, { instructions: '', messages, tools: [] })

    await fc.assert(
      fc.asyncProperty(HISTORY, async (messages) => {
        await asking(model, messages)
        const transcript = lastTranscript(wire, provider)
        await asking(another, structuredClone(messages))

        expectAnswered(transcript)
        expect(lastTranscript(wire, provider)).toEqual(transcript)
      }),
      { numRuns: 25 },
    )
  })
})

test('where ids must be nine letters and digits they are, each its own', async () => {
  const provider = await startProvider({ text: 'So' })
  const model = compatible({
    provider: 'mistral',
    model: 'gemini-3-one',
    baseUrl: provider.openaiBaseUrl,
    dialect: { hasShortCallIds: true },
  })

  await fc.assert(
    fc.asyncProperty(HISTORY, async (messages) => {
      await ask(model, { instructions: '', messages, tools: [] })

      const transcript = lastTranscript('openai', provider)
      expectAnswered(transcript)
      const ids = transcript.flatMap((item) => (item.type === 'call' ? [item.id] : []))
      expect(ids.filter((id) => !/^[a-z0-9]{9}$/.test(id ?? ''))).toEqual([])
    }),
    { numRuns: 25 },
  )
})

import type { LanguageModel } from '@heddle/core'
import { readRequest, startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeTurn, FakeWire, TranscriptItem } from '@heddle/testkit/fake-provider'
import { expect, onTestFinished } from 'vitest'
import { anthropic } from '../../src/anthropic.ts'
import { compatible } from '../../src/compatible.ts'
import { google } from '../../src/google.ts'
import { openai } from '../../src/openai.ts'

/** Every wire that a conversation can begin or go on with. */
export const WIRES: readonly FakeWire[] = ['openai', 'responses', 'anthropic', 'google']

/** Two models that want everything back that their wires know of: from Gemini 3 on, calls must be signed. */
export const MODELS: Readonly<Record<'one' | 'two', string>> = { one: 'gemini-3-one', two: 'gemini-3-two' }

/** Starts a provider that plays these turns as either model, on whatever wire it is asked. */
export async function startProvider(...turns: readonly FakeTurn[]): Promise<FakeProvider> {
  const script = { turns, repeatLast: true }
  const provider = await startFakeProvider({ scripts: { [MODELS.one]: script, [MODELS.two]: script } })
  onTestFinished(() => provider.close())
  return provider
}

/** An adapter for a wire; the fake provider refuses from it what the vendor would refuse. */
export function modelOn(wire: FakeWire, provider: FakeProvider, name: keyof typeof MODELS): LanguageModel {
  const settings = { model: MODELS[name], apiKey: 'test' }
  switch (wire) {
    case 'openai': {
      const dialect = { reasoningField: 'reasoning_content' } as const
      return compatible({ ...settings, provider: 'chat', baseUrl: provider.openaiBaseUrl, dialect })
    }
    case 'responses':
      return openai({ ...settings, baseUrl: provider.openaiBaseUrl, keepsReasoning: true })
    case 'anthropic':
      return anthropic({ ...settings, baseUrl: provider.anthropicBaseUrl })
    case 'google':
      return google({ ...settings, baseUrl: provider.googleBaseUrl })
    default:
      return wire satisfies never
  }
}

/** What the latest request said, in no vendor's words. */
export function lastTranscript(wire: FakeWire, { requests }: FakeProvider): readonly TranscriptItem[] {
  const last = requests.at(-1)
  if (!last) throw new Error('nothing was asked')
  return readRequest(wire, last).transcript
}

/** Items without their ids, which every adapter makes as it likes. */
export function withoutIds(items: readonly TranscriptItem[]): object[] {
  return items.map((item) => {
    if (!('id' in item)) return item
    const { id: _id, ...rest } = item
    return rest
  })
}

/** Every call has an id of its own, by which its result names it. */
export function expectAnswered(items: readonly TranscriptItem[]): void {
  const asked = items.flatMap((item) => (item.type === 'call' ? [item.id] : []))
  const answered = items.flatMap((item) => (item.type === 'result' ? [item.id] : []))
  expect(answered).toEqual(asked)
  expect(asked).not.toContain(null)
  expect(new Set(asked).size).toBe(asked.length)
}

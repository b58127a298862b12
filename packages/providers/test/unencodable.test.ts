import { agent } from '@heddle/core'
import type { JsonObject, JsonValue, Message, ModelRequest } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { describe, expect, onTestFinished, test } from 'vitest'
import { modelOn, WIRES } from './conversion/wires.ts'
import { askUntilFailure, HELLO } from './support/answer.ts'

async function startProvider(): Promise<FakeProvider> {
  const provider = await startFakeProvider({ scripts: {} })
  onTestFinished(() => provider.close())
  return provider
}

/** A value that TypeScript was talked into. */
const circle: Record<string, JsonValue> = {}
circle['self'] = circle
const bigint = { seed: 1n } as unknown as JsonObject

const requests: readonly (readonly [string, ModelRequest, string])[] = [
  ['a BigInt in extraBody', { ...HELLO, extraBody: bigint }, 'BigInt'],
  ['a circle in extraBody', { ...HELLO, extraBody: { metadata: circle } }, 'circular'],
  [
    'a circle in a tool',
    { ...HELLO, tools: [{ name: 'look', description: '', inputSchema: circle }] },
    'circular',
  ],
]

describe.each(WIRES)('on %s', (wire) => {
  test.each(requests)('%s is a mistake of the program, and nothing is sent', async (_, request, reason) => {
    const provider = await startProvider()

    const { events, error } = await askUntilFailure(modelOn(wire, provider, 'one'), request)

    expect(events).toEqual([])
    expect(error).toMatchObject({
      code: 'internal',
      retryable: false,
      message: expect.stringMatching(
        new RegExp(`^The request to \\w+ cannot be written as JSON \\(.*${reason}.*\\); look for what`),
      ),
    })
    expect(provider.requests).toEqual([])
  })
})

test('what an assistant message holds for its vendor is looked at as well', async () => {
  const model = modelOn('anthropic', await startProvider(), 'one')
  const said: Message = {
    role: 'assistant',
    model: model.id,
    content: [{ type: 'text', text: 'Hi', opaque: circle }],
  }

  const { error } = await askUntilFailure(model, { ...HELLO, messages: [said, ...HELLO.messages] })

  expect(error).toMatchObject({ code: 'internal', retryable: false })
})

test('a run ends with it at once', async () => {
  const model = modelOn('openai', await startProvider(), 'one')

  const { stop } = await agent({ model, extraBody: bigint }).run('Hello').result

  expect(stop).toMatchObject({ reason: 'failed', error: { code: 'internal' } })
})

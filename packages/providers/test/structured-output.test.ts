import { agent, tool } from '@heddle/core'
import type { AgentDefinition, JsonObject, RunResult, Tool } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeTurn } from '@heddle/testkit/fake-provider'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { models } from '../src/models.ts'

const place = z.object({ city: z.string().min(1), inhabitants: z.int().min(0) })
const gent = { city: 'Gent', inhabitants: 272_657 }
const wrong = { city: '', inhabitants: 272_657 }

const countPeople: Tool = tool({
  name: 'count_people',
  description: 'Counts the inhabitants of a city.',
  input: z.object({ city: z.string() }),
  execute: () => 272_657,
})

interface Told {
  readonly result: RunResult
  readonly bodies: readonly JsonObject[]
}

/** Runs an agent with an output schema against a fake vendor that plays these turns. */
async function tell(
  modelString: string,
  turns: readonly FakeTurn[],
  more: Partial<AgentDefinition> = {},
): Promise<Told> {
  const name = modelString.slice(modelString.indexOf('/') + 1)
  const provider = await startFakeProvider({ scripts: { [name]: { turns, continues: true } } })
  onTestFinished(() => provider.close())
  const env = {
    OPENAI_API_KEY: 'test',
    OPENAI_BASE_URL: provider.openaiBaseUrl,
    OPENROUTER_API_KEY: 'test',
    OPENROUTER_BASE_URL: provider.openaiBaseUrl,
    GROQ_API_KEY: 'test',
    GROQ_BASE_URL: provider.openaiBaseUrl,
    PERPLEXITY_API_KEY: 'test',
    PERPLEXITY_BASE_URL: provider.openaiBaseUrl,
    ANTHROPIC_API_KEY: 'test',
    ANTHROPIC_BASE_URL: provider.anthropicBaseUrl,
  }
  const result = await agent({ model: models(modelString, { env }), output: place, ...more }).run('Where?')
    .result
  return { result, bodies: provider.requests.map(({ body }) => body as JsonObject) }
}

/** What each request says of its answer's form, in the words of each wire. */
function formatsOf(bodies: readonly JsonObject[]): unknown[] {
  return bodies.map((body) => body['response_format'] ?? body['output_config'] ?? body['text'])
}

const described = { city: { type: 'string', description: 'minLength: 1' } }
const closed = { type: 'object', required: ['city', 'inhabitants'], additionalProperties: false }
const STRICT = {
  type: 'json_schema',
  json_schema: {
    name: 'answer',
    strict: true,
    schema: { ...closed, properties: { ...described, inhabitants: { type: 'integer', minimum: 0 } } },
  },
}
const STRICT_TEXT = { format: { type: 'json_schema', ...STRICT.json_schema } }
const ENFORCED = {
  format: {
    type: 'json_schema',
    schema: {
      ...closed,
      properties: { ...described, inhabitants: { type: 'integer', description: 'minimum: 0' } },
    },
  },
}

describe.each([
  ['openai/gpt-5.4', STRICT_TEXT],
  ['openrouter/openai/gpt-5.4', STRICT],
  ['anthropic/claude-sonnet-5', ENFORCED],
])('%s', (modelString, format) => {
  test('is held to the schema by its vendor', async () => {
    const { result, bodies } = await tell(modelString, [{ text: JSON.stringify(gent) }])

    expect(result).toMatchObject({ stop: { reason: 'done' }, output: gent, outputBy: 'native' })
    expect(formatsOf(bodies)).toEqual([format])
    expect(bodies[0]).not.toHaveProperty('tools')
  })

  test('calls tools on the way to its answer', async () => {
    const turns = [
      { toolCalls: [{ name: 'count_people', arguments: { city: 'Gent' } }] },
      { text: JSON.stringify(gent) },
    ]

    const { result, bodies } = await tell(modelString, turns, { tools: [countPeople] })

    expect(result).toMatchObject({ output: gent, outputBy: 'native', steps: 2 })
    expect(formatsOf(bodies)).toEqual([format, format])
    expect(bodies.map(({ tools }) => (tools as readonly unknown[]).length)).toEqual([1, 1])
  })

  test('mends an answer that breaks what its vendor does not enforce', async () => {
    const turns = [{ text: JSON.stringify(wrong) }, { text: JSON.stringify(gent) }]

    const { result, bodies } = await tell(modelString, turns)

    expect(result).toMatchObject({ output: gent, outputBy: 'native', steps: 2 })
    expect(formatsOf(bodies)).toEqual([format, format])
    expect(JSON.stringify(bodies[1])).toContain('Your answer cannot be used: city')
  })

  test('has one turn begin with the whole of the one before it', async () => {
    const turns = [{ text: JSON.stringify(wrong) }, { text: JSON.stringify(gent) }]

    const { bodies } = await tell(modelString, turns)

    const [first = '', second = ''] = bodies.map((body) => JSON.stringify(body))
    expect(first).toContain('json_schema')
    expect(second.slice(0, first.length - 2)).toBe(first.slice(0, -2))
  })
})

test.each(['groq/openai/gpt-oss-120b', 'anthropic/claude-opus-4-1'])(
  '%s answers through a tool, because its vendor would not enforce the schema',
  async (modelString) => {
    const { result, bodies } = await tell(modelString, [
      { toolCalls: [{ name: 'final_answer', arguments: gent }] },
    ])

    expect(result).toMatchObject({ output: gent, outputBy: 'tool' })
    expect(formatsOf(bodies)).toEqual([undefined])
  },
)

test('perplexity/sonar is asked in words, because it calls no tools', async () => {
  const { result, bodies } = await tell('perplexity/sonar', [{ text: JSON.stringify(gent) }])

  expect(result).toMatchObject({ output: gent, outputBy: 'prompt' })
  expect(formatsOf(bodies)).toEqual([undefined])
  expect(bodies[0]).not.toHaveProperty('tools')
})

test('Claude is told in words of a schema that its vendor would refuse', async () => {
  const output = z.object({ inhabitants: z.record(z.string(), z.int()) })
  const answer = { inhabitants: { Gent: 272_657 } }

  const { result, bodies } = await tell('anthropic/claude-sonnet-5', [{ text: JSON.stringify(answer) }], {
    output,
    instructions: 'Be brief.',
  })

  expect(result).toMatchObject({ output: answer })
  expect(formatsOf(bodies)).toEqual([undefined])
  expect(JSON.parse(JSON.stringify(bodies[0]?.['system']))[0].text).toMatch(
    /^Be brief\.\n\nGive your final answer as one JSON value .*"inhabitants"/s,
  )
})

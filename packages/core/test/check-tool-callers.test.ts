import { agent, fallback, tool } from '@heddle/core'
import type { LanguageModel, ModelInfo } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'

const look = tool({ name: 'look', description: '', input: { type: 'object' }, execute: () => 'seen' })

const model = (id: string, info: Partial<ModelInfo>): LanguageModel => scriptedModel(['hi'], { id, info })
const judge = { name: 'judge', tools: [look] }

test('refuses an agent with tools whose model calls none, and names others', () => {
  const sonar = model('perplexity/sonar', { tools: false, toolCallers: ['a/1', 'b/2'] })

  expect(() => agent({ ...judge, model: sonar })).toThrow(
    expect.objectContaining({
      code: 'config.unfit_model',
      message:
        'perplexity/sonar calls no tools, but agent "judge" has some: choose a model that calls tools, such as a/1 or b/2, or give the agent none.',
    }),
  )
})

test('refuses it wherever in the chain that model stands, and also where no other is known', () => {
  const chain = fallback([model('a/1', { tools: true }), model('b/2', { tools: false })])

  expect(() => agent({ ...judge, model: chain })).toThrow(
    'b/2 calls no tools, but agent "judge" has some: choose a model that calls tools, or give the agent none.',
  )
})

test('lets it be where it has no tools, or nothing is known', async () => {
  const { text } = await agent({ name: 'judge', model: model('a/1', { tools: false }) }).run('go').result

  expect(text).toBe('hi')
  expect(agent({ ...judge, model: model('a/1', {}) }).tools).toHaveLength(1)
})

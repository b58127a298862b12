import { agent, fallback, tool } from '@heddle/core'
import type { RunEvent } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedModel, ScriptedTurn } from '@heddle/testkit'
import { expect, test } from 'vitest'

const add = tool({
  name: 'add',
  description: '',
  input: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] },
  execute: ({ a }) => Number(a) + 1,
})

const good: ScriptedTurn = { toolCalls: [{ name: 'add', input: { a: 1 } }] }
const unknown: ScriptedTurn = { toolCalls: [{ name: 'sum', input: { a: 1 } }] }
const unfit: ScriptedTurn = { toolCalls: [{ name: 'add', input: { a: 'one' } }] }
const broken: ScriptedTurn = { toolCalls: [{ name: 'add', rawInput: '{"a":' }] }

const model = (id: string, turns: readonly ScriptedTurn[]): ScriptedModel => scriptedModel(turns, { id })

async function tell(models: readonly ScriptedModel[], escalateAfter?: number): Promise<RunEvent[]> {
  const chain = fallback(models, escalateAfter === undefined ? {} : { escalateAfter })
  return Array.fromAsync(agent({ model: chain, tools: [add], limits: { repeats: null } }).run('go'))
}

const askedBy = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'turn.started' ? [event.model] : []))

test.each([
  ['calls tools that do not exist', [unknown, unknown]],
  ['sends arguments that do not fit, or are no JSON', [unfit, broken]],
  ['does so again after it did well', [unknown, good, unfit, unknown]],
] as const)('the next model takes over when the first %s twice in a row', async (_how, turns) => {
  const events = await tell([model('cheap/1', turns), model('dear/1', [good, 'done'])], 2)

  expect(askedBy(events)).toEqual([...turns.map(() => 'cheap/1'), 'dear/1', 'dear/1'])
  const at = events.findIndex((event) => event.type === 'model.switched')
  expect(events.slice(at, at + 2)).toMatchObject([
    {
      type: 'model.switched',
      from: 'cheap/1',
      to: 'dear/1',
      error: { message: 'cheap/1 failed several turns in a row.' },
    },
    { type: 'turn.started', model: 'dear/1' },
  ])
})

test('the next model is measured by its own turns', async () => {
  const events = await tell(
    [
      model('a/1', [unknown, unknown]),
      model('b/1', [unfit, unfit]),
      model('c/1', [unknown, unknown, 'done']),
    ],
    2,
  )

  expect(askedBy(events)).toEqual(['a/1', 'a/1', 'b/1', 'b/1', 'c/1', 'c/1', 'c/1'])
})

test('a model that does well in between stays', async () => {
  const events = await tell([model('cheap/1', [unknown, good, unfit, good, 'done']), model('dear/1', [])], 2)

  expect(askedBy(events)).toEqual(Array(5).fill('cheap/1'))
})

test('nobody escalates unless told to', async () => {
  const events = await tell([model('cheap/1', [unknown, unknown, unknown, 'done']), model('dear/1', [])])

  expect(askedBy(events)).toEqual(Array(4).fill('cheap/1'))
})

test('a user message in between does not make up for the weak turns', async () => {
  const chain = fallback([model('cheap/1', [unknown, unfit]), model('dear/1', ['done'])], {
    escalateAfter: 2,
  })
  const run = agent({ model: chain, tools: [add] }).run('go')

  const events: RunEvent[] = []
  for await (const event of run) {
    events.push(event)
    if (event.type === 'tool.ended') await run.steer('Try again.')
  }

  expect(askedBy(events)).toEqual(['cheap/1', 'cheap/1', 'dear/1'])
})

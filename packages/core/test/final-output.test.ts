import { ModelError, agent, fallback, foldRun, memoryRunLog, tool, userMessage } from '@heddle/core'
import type { AgentDefinition, DurableEvent, JsonValue, ModelInfo, RunEvent, RunResult } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedModel, ScriptedTurn } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name'],
  additionalProperties: false,
} as const
const ada = { name: 'Ada', age: 36 }

const native: Partial<ModelInfo> = { outputSchema: true }
const wordy: Partial<ModelInfo> = { tools: false }

const final = (input: JsonValue): { name: string; input: JsonValue } => ({ name: 'final_answer', input })

interface Told {
  readonly events: readonly RunEvent[]
  readonly result: RunResult
  readonly model: ScriptedModel
}

async function ask(
  turns: readonly ScriptedTurn[],
  info: Partial<ModelInfo> = {},
  more: Partial<AgentDefinition> = {},
): Promise<Told> {
  const model = scriptedModel(turns, { info })
  const run = agent({ model, output: person, ...more }).run('Who?')
  const events = await Array.fromAsync(run)
  return { events, result: await run.result, model }
}

const typesOf = (events: readonly RunEvent[]): string[] => events.map((event) => event.type)

describe('with a provider that enforces schemas', () => {
  test('asks for the schema, and needs neither words nor a tool', async () => {
    const { result, model } = await ask([JSON.stringify(ada)], native, { instructions: 'Be exact.' })

    expect(model.requests).toEqual([
      { instructions: 'Be exact.', messages: [userMessage('Who?')], tools: [], outputSchema: person },
    ])
    expect([result.stop, result.output, result.outputBy]).toEqual([{ reason: 'done' }, ada, 'native'])
  })

  test('checks the answer all the same', async () => {
    const { result, model } = await ask(['{"age":1}', JSON.stringify(ada)], native)

    expect(result.output).toEqual(ada)
    expect(model.requests[1]?.messages.at(-1)).toEqual(
      userMessage(
        `Your answer cannot be used: name: is required. Give it again so that it fits this JSON Schema:\n${JSON.stringify(person)}`,
      ),
    )
  })

  test('a tool of the name is just a tool', async () => {
    const own = tool({
      name: 'final_answer',
      description: '',
      input: { type: 'object' },
      execute: () => 'mine',
    })
    const { result } = await ask([{ toolCalls: [final({})] }, JSON.stringify(ada)], native, { tools: [own] })

    expect(result.outputBy).toBe('native')
    expect(result.messages[2]).toMatchObject({ content: [{ status: 'ok', output: 'mine' }] })
  })
})

describe('through a tool', () => {
  test('takes the arguments of final_answer, and ends there', async () => {
    const { events, result, model } = await ask(
      [{ toolCalls: [final(ada)] }],
      {},
      { instructions: 'Be exact.' },
    )

    expect([result.stop, result.output, result.outputBy]).toEqual([{ reason: 'done' }, ada, 'tool'])
    expect(model.requests[0]?.tools.map(({ name }) => name)).toEqual(['final_answer'])
    expect(model.requests[0]?.instructions).toBe(
      'Be exact.\n\nWhen you are done, give your final answer by calling the tool final_answer.',
    )
    expect(result.messages[2]).toMatchObject({ content: [{ status: 'ok', output: 'Taken.' }] })
    expect(typesOf(events).slice(-4)).toEqual(['turn.ended', 'tool.ended', 'output.accepted', 'run.ended'])
  })

  test('works beside other tools, before and together with the answer', async () => {
    const done: string[] = []
    const look = tool({
      name: 'look',
      description: '',
      input: { type: 'object' },
      execute: () => done.push('look'),
    })
    const { result, model } = await ask(
      [{ toolCalls: [{ name: 'look' }] }, { toolCalls: [final(ada), { name: 'look' }] }],
      {},
      { tools: [look] },
    )

    expect([result.stop, result.output]).toEqual([{ reason: 'done' }, ada])
    expect(done).toEqual(['look', 'look'])
    expect(model.calls).toBe(2)
    expect(result.messages.at(-1)).toMatchObject({
      content: [
        { name: 'final_answer', status: 'ok' },
        { name: 'look', status: 'ok' },
      ],
    })
  })

  test('takes the first of several answers that fits', async () => {
    const { result } = await ask([{ toolCalls: [final({}), final(ada), final({ name: 'Bob' })] }])

    expect([result.stop, result.output]).toEqual([{ reason: 'done' }, ada])
    expect(result.messages[2]).toMatchObject({
      content: [{ status: 'error' }, { status: 'ok' }, { status: 'denied' }],
    })
  })

  test('is neither limited nor allowed like a call that does something', async () => {
    const { result } = await ask(
      [{ toolCalls: [final(ada)] }],
      {},
      {
        limits: { toolCalls: 0 },
        approval: { review: () => ({ ask: 'may I?' }) },
      },
    )

    expect([result.stop, result.output]).toEqual([{ reason: 'done' }, ada])
  })

  test('takes an answer in words that fits, and asks again for one that does not', async () => {
    const good = await ask([`Here it is:\n\`\`\`json\n${JSON.stringify(ada)}\n\`\`\`\nDone.`])
    const bad = await ask(['It is Ada.', { toolCalls: [final(ada)] }])

    expect([good.result.output, good.result.outputBy]).toEqual([ada, 'prompt'])
    expect([bad.result.output, bad.result.outputBy]).toEqual([ada, 'tool'])
    expect(bad.events.find((event) => event.type === 'output.rejected')).toMatchObject({
      problem: 'you did not call final_answer',
    })
  })

  test.each<[string, ScriptedTurn]>([
    ['do not fit', { toolCalls: [final({ name: 7 })] }],
    ['are not JSON', { toolCalls: [{ name: 'final_answer', rawInput: '{"name"' }] }],
  ])('gives up after two repairs when the arguments %s', async (_what, turn) => {
    const { events, result, model } = await ask([turn, turn, turn, turn])

    expect(result.stop).toMatchObject({ reason: 'failed', error: { code: 'output.invalid' } })
    expect(model.calls).toBe(3)
    expect(typesOf(events).filter((type) => type === 'output.rejected')).toHaveLength(3)
    expect(result.messages.filter(({ role }) => role === 'tool')).toHaveLength(3)
  })

  test('refuses a second tool of its name', () => {
    const own = tool({ name: 'final_answer', description: '', input: { type: 'object' }, execute: () => 1 })

    expect(() => agent({ model: scriptedModel([]), output: person, tools: [own] })).toThrow(
      'Agent "agent" has two tools named "final_answer"; rename one.',
    )
  })
})

describe('in words', () => {
  test('says how the answer must look, and finds it in what comes', async () => {
    const { result, model } = await ask([`Sure! ${JSON.stringify(ada)} Anything else?`], wordy)

    expect(model.requests[0]?.instructions).toBe(
      `Give your final answer as one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(person)}`,
    )
    expect(model.requests[0]?.tools).toEqual([])
    expect([result.output, result.outputBy]).toEqual([ada, 'prompt'])
  })

  test.each([
    ['no JSON', 'Ada, 36', 'it is not JSON'],
    ['nothing', '', 'it is not JSON'],
    ['broken JSON', '{"name": "Ada"', 'it is not JSON'],
    ['another value', '[1]', 'the arguments: must be object'],
  ])('gives up after two repairs of %s', async (_what, text, problem) => {
    const { events, result, model } = await ask([text, text, text, text], wordy)

    expect(result.stop).toMatchObject({ reason: 'failed', error: { code: 'output.invalid' } })
    expect(result.output).toBeUndefined()
    expect(model.calls).toBe(3)
    const rejected = events.filter((event) => event.type === 'output.rejected')
    expect(rejected.map((event) => event.problem.startsWith(problem))).toEqual([true, true, true])
  })

  test('may be mended at the second try', async () => {
    const { result } = await ask(['no', 'no', JSON.stringify(ada)], wordy)

    expect([result.stop, result.output]).toEqual([{ reason: 'done' }, ada])
  })
})

test('keeps what the schema makes of the answer, as JSON', async () => {
  const output = z.object({
    name: z.string().transform((name) => name.toUpperCase()),
    born: z.string().transform((text) => new Date(text)),
    tags: z.array(z.string()).default(['none']),
  })

  const { result } = await ask([{ toolCalls: [final({ name: 'ada', born: '1815-12-10' })] }], {}, { output })

  expect(result.output).toEqual({ name: 'ADA', born: '1815-12-10T00:00:00.000Z', tags: ['none'] })
})

test('says so when the schema makes something that is not JSON', async () => {
  const output = z.object({ n: z.number().transform(BigInt) })

  const { result } = await ask([{ toolCalls: [final({ n: 1 })] }], {}, { output })

  expect(result.stop).toEqual({
    reason: 'failed',
    error: {
      code: 'output.invalid',
      message:
        'The output schema of agent "agent" makes something of the answer that is not JSON: Do not know how to serialize a BigInt',
      retryable: false,
    },
  })
})

test.each<[string, ScriptedTurn, Partial<AgentDefinition>, RunResult['stop']]>([
  ['steps', 'no', { limits: { steps: 1 } }, { reason: 'steps', steps: 1 }],
  ['the output limit of the model', { text: '{"na', finish: 'length' }, {}, { reason: 'length' }],
  ['a refusal', { text: 'no', finish: 'content-filter' }, {}, { reason: 'refused' }],
])('ends without an answer at %s', async (_what, turn, more, stop) => {
  const { result } = await ask([turn], wordy, more)

  expect(result.stop).toEqual(stop)
  expect('output' in result).toBe(false)
})

test('a chain of models is asked in the way that all of them can', async () => {
  const first = scriptedModel([{ error: new ModelError('model.auth', 'no') }], { id: 'a/one', info: native })
  const second = scriptedModel([{ toolCalls: [final(ada)] }], { id: 'b/two' })

  const result = await agent({ model: fallback([first, second]), output: person }).run('Who?').result

  expect([result.output, result.outputBy]).toEqual([ada, 'tool'])
  expect(first.requests[0]?.outputSchema).toBeUndefined()
})

test('onStep may stop a run that has no answer yet, and sees the turn that has one', async () => {
  const seen: number[] = []
  const stopped = await ask(['no', 'no'], wordy, { onStep: () => 'stop' })
  const done = await ask(['no', JSON.stringify(ada)], wordy, { onStep: ({ turn }) => void seen.push(turn) })
  const last = await ask([JSON.stringify(ada)], wordy, { onStep: () => 'stop' })

  expect(stopped.result.stop).toEqual({ reason: 'stopped' })
  expect([done.result.output, seen]).toEqual([ada, [1, 2]])
  expect([last.result.stop, last.result.output]).toEqual([{ reason: 'done' }, ada])
})

test('what the user says while the answer comes asks for another', async () => {
  const model = scriptedModel([{ toolCalls: [final(ada)] }, { toolCalls: [final({ name: 'Bob' })] }])
  const run = agent({ model, output: person }).run('Who?')

  for await (const event of run)
    if (event.type === 'turn.started' && event.turn === 1) await run.steer('No, the other one.')

  expect((await run.result).output).toEqual({ name: 'Bob' })
  expect(model.requests[1]?.messages.at(-1)).toEqual(userMessage('No, the other one.'))
})

/** Answers by what is in the transcript, as a real model does: twice wrong, once in words, then right. */
function mending(): ScriptedModel {
  return scriptedModel(
    [
      ({ messages }) => {
        const tries = messages.filter(({ role }) => role === 'assistant').length
        if (tries === 0) return { toolCalls: [final({ age: 1 })] }
        return tries === 1 ? 'It is Ada.' : { toolCalls: [final(ada)] }
      },
    ],
    { repeatLast: true },
  )
}

test('wherever its driver dies, a run is judged once for each turn and ends with the same answer', async () => {
  const log = memoryRunLog()
  const first = await agent({ model: mending(), output: person, log }).run('Who?').result
  const events = await Array.fromAsync(log.read(first.runId))

  expect([first.output, first.steps]).toEqual([ada, 3])
  for (const [at, event] of events.entries()) {
    // `message.added` and `turn.ended` are one append; so are a final answer's result and its verdict.
    if (event.type === 'message.added' || event.type === 'tool.ended') continue
    const copy = await logOf(first.runId, events.slice(0, at + 1))
    const again = await agent({ model: mending(), output: person }).resume(copy, first.runId).result

    expect([again.stop, again.output, again.outputBy, again.steps]).toEqual([
      { reason: 'done' },
      ada,
      'tool',
      3,
    ])
    const { repairs } = foldRun(await Array.fromAsync(copy.read(first.runId)))
    expect(repairs, `after ${event.type} ${event.seq}`).toBe(2)
  }
})

async function logOf(
  runId: string,
  events: readonly DurableEvent[],
): Promise<ReturnType<typeof memoryRunLog>> {
  const log = memoryRunLog()
  const fence = (await log.acquire(runId, 'the dead', 1_000)) ?? 0
  await log.append(runId, events, fence)
  await log.release(runId, 'the dead')
  return log
}

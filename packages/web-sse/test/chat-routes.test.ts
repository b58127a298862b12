import { connect } from 'node:net'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { lastAssistantMessageIsCompleteWithToolCalls } from 'ai'
import { agent, arraySink, callbackSink, memoryRunLog, tool, ModelError } from '@heddle/core'
import type { Agent, Sink, Tool } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { chatRoutes } from '../src/index.ts'
import type { ChatRoutesOptions } from '../src/index.ts'
import { PageChat } from './page-chat.ts'
import { postJson, serve, until } from './serve.ts'
import type { Served } from './serve.ts'

const SECRET = 'postgres://admin:hunter2@db'
const HELLO = { messages: [{ id: 'page-1', role: 'user', parts: [{ type: 'text', text: 'hi' }] }] }

function serveChat(chat: Agent, options: ChatRoutesOptions = {}): Promise<Served> {
  let messages = 0
  const newMessageId = (): string => `msg-${++messages}`
  return serve(express().use('/api/chat', chatRoutes(chat, { newMessageId, ...options })))
}

const add: Tool = tool({
  name: 'add',
  description: 'Adds two numbers.',
  input: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  execute: (input) => {
    const { a, b } = input as { a: number; b: number }
    return a + b
  },
})

describe('the wire', () => {
  test('carries two parallel tools and an answer in the order clients know', async () => {
    let finishFirst = (): void => undefined
    const isSecondDone = new Promise<void>((resolve) => (finishFirst = resolve))
    const wait = tool({
      name: 'wait',
      description: 'Ends after the other call.',
      input: { type: 'object' },
      execute: () => isSecondDone.then(() => 'first'),
    })
    const hurry = tool({
      name: 'hurry',
      description: 'Ends at once.',
      input: { type: 'object' },
      execute: () => 'second',
    })
    const model = scriptedModel([
      { text: 'Two calls.', toolCalls: [{ name: 'wait' }, { name: 'hurry', input: { now: true } }] },
      { text: ['All ', 'done.'], usage: { inputTokens: 9, outputTokens: 3 } },
    ])
    const sink = callbackSink((event) => {
      if (event.type === 'tool.ended' && event.result.name === 'hurry') finishFirst()
    })
    const log = memoryRunLog()
    const server = await serveChat(agent({ model, tools: [wait, hurry] }), { sinks: [sink], log })

    const response = await postJson(`${server.url}/api/chat`, HELLO)
    const body = await response.text()

    const named = body
      .replaceAll(/call_[a-z0-9]{16}/g, nameInOrder('call'))
      .replaceAll(/run_[a-z0-9]{16}/g, 'RUN')
    expect(named.split('\n\n')).toEqual([
      ': stream-open',
      'data: {"type":"start","messageId":"msg-1","messageMetadata":{"runId":"RUN"}}',
      'data: {"type":"start-step"}',
      'data: {"type":"text-start","id":"text-1"}',
      'data: {"type":"text-delta","id":"text-1","delta":"Two calls."}',
      'data: {"type":"text-end","id":"text-1"}',
      'data: {"type":"tool-input-start","toolCallId":"call-1","toolName":"wait"}',
      'data: {"type":"tool-input-start","toolCallId":"call-2","toolName":"hurry"}',
      'data: {"type":"tool-input-delta","toolCallId":"call-2","inputTextDelta":"{\\"now\\":true}"}',
      'data: {"type":"tool-input-available","toolCallId":"call-1","toolName":"wait","input":{}}',
      'data: {"type":"tool-input-available","toolCallId":"call-2","toolName":"hurry","input":{"now":true}}',
      'data: {"type":"tool-output-available","toolCallId":"call-2","output":"second"}',
      'data: {"type":"tool-output-available","toolCallId":"call-1","output":"first"}',
      'data: {"type":"finish-step"}',
      'data: {"type":"start-step"}',
      'data: {"type":"text-start","id":"text-2"}',
      'data: {"type":"text-delta","id":"text-2","delta":"All "}',
      'data: {"type":"text-delta","id":"text-2","delta":"done."}',
      'data: {"type":"text-end","id":"text-2"}',
      'data: {"type":"finish-step"}',
      'data: {"type":"finish","finishReason":"stop","messageMetadata":{"runId":"RUN","stop":"done","usage":{"inputTokens":9,"outputTokens":3,"cacheReadTokens":0,"cacheWriteTokens":0,"reasoningTokens":0}}}',
      'data: [DONE]',
      '',
    ])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      'x-vercel-ai-ui-message-stream': 'v1',
    })
  })

  test('is kept alive by comments while the model thinks', async () => {
    const model = scriptedModel([{ text: 'a', hang: true, afterEvents: 1 }])
    const server = await serveChat(agent({ model }), { keepAliveMs: 10 })
    const leave = new AbortController()

    const response = await postJson(`${server.url}/api/chat`, HELLO, { signal: leave.signal })
    let heard = ''
    for await (const bytes of response.body ?? []) {
      heard += Buffer.from(bytes).toString()
      if (heard.split(': keep-alive\n\n').length > 3) break
    }

    expect(heard.startsWith(': stream-open\n\ndata: {"type":"start"')).toBe(true)
  })

  test('takes a body that the app has read before', async () => {
    const routes = chatRoutes(agent({ model: scriptedModel(['ok']) }))
    const server = await serve(express().use(express.json()).use('/api/chat', routes))

    const body = await (await postJson(`${server.url}/api/chat`, HELLO)).text()

    expect(body).toContain('"delta":"ok"')
  })

  test('answers that there is nothing to resume', async () => {
    const server = await serveChat(agent({ model: scriptedModel([]) }))

    const response = await fetch(`${server.url}/api/chat/chat-1/stream`)

    expect([response.status, await response.text()]).toEqual([204, ''])
  })
})

describe('the client of the AI SDK', () => {
  test('shows reasoning, a finished tool and the answer, and what the run cost', async () => {
    const model = scriptedModel(
      [
        {
          reasoning: 'add them',
          toolCalls: [{ name: 'add', input: { a: 2, b: 3 } }],
          usage: { outputTokens: 2 },
        },
        { text: ['It ', 'is 5.'], usage: { inputTokens: 10 } },
      ],
      { info: { price: { input: 2, output: 10 } } },
    )
    const server = await serveChat(agent({ model, tools: [add] }))
    const chat = new PageChat(`${server.url}/api/chat`)

    await chat.sendMessage({ text: '2 + 3?' })

    const result = model.requests[1]?.messages.at(-1)?.content[0]
    expect([chat.status, chat.error]).toEqual(['ready', undefined])
    expect(chat.messages.at(-1)).toEqual({
      id: 'msg-1',
      role: 'assistant',
      metadata: {
        runId: expect.stringMatching(/^run_/) as string,
        stop: 'done',
        usage: {
          inputTokens: 10,
          outputTokens: 2,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          reasoningTokens: 0,
        },
        costMicroUsd: 40,
      },
      parts: [
        { type: 'step-start' },
        { type: 'reasoning', id: 'reasoning-1', text: 'add them', state: 'done' },
        {
          type: 'tool-add',
          toolCallId: result?.type === 'tool-result' ? result.callId : '',
          state: 'output-available',
          input: { a: 2, b: 3 },
          output: 5,
        },
        { type: 'step-start' },
        { type: 'text', text: 'It is 5.', state: 'done' },
      ],
    })
  })

  test('goes on with what was said before', async () => {
    const model = scriptedModel([
      { toolCalls: [{ name: 'add', input: { a: 2, b: 3 } }] },
      'It is 5.',
      'You are welcome.',
    ])
    const server = await serveChat(agent({ model, tools: [add] }))
    const chat = new PageChat(`${server.url}/api/chat`)

    await chat.sendMessage({ text: '2 + 3?' })
    await chat.sendMessage({ text: 'Thanks' })

    const second = model.requests[1]?.messages ?? []
    const [question, call, result] = second.map((message) =>
      message.role === 'assistant' ? { role: message.role, content: message.content } : message,
    )
    expect(model.requests[2]?.messages).toEqual([
      question,
      call,
      result,
      { role: 'assistant', content: [{ type: 'text', text: 'It is 5.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Thanks' }] },
    ])
  })

  test('adds to its last message when it sends that again', async () => {
    const model = scriptedModel([{ toolCalls: [{ name: 'add', input: { a: 2, b: 3 } }] }, 'It is 5.'])
    const limited = agent({ model, tools: [add], limits: { steps: 1 } })
    const server = await serveChat(limited)
    const chat = new PageChat(`${server.url}/api/chat`, {
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
    })

    await chat.sendMessage({ text: '2 + 3?' })
    await until(() => chat.status === 'ready' && model.calls === 2)

    expect(chat.messages.map(({ id, role }) => [id, role])).toEqual([
      ['page-1', 'user'],
      ['msg-1', 'assistant'],
    ])
    expect(chat.messages[1]?.parts.map((part) => part.type)).toEqual([
      'step-start',
      'tool-add',
      'step-start',
      'text',
    ])
  })

  test('takes back what was void, in profile v7', async () => {
    const broken = new ModelError('model.interrupted', 'cut', { retryable: true })
    const model = scriptedModel([{ text: ['I wi', 'll'], error: broken, afterEvents: 1 }, 'Anew.'])
    const chatAgent = agent({ model, retry: { baseDelayMs: 1 } })
    const server = await serveChat(chatAgent, { profile: 'v7' })
    const chat = new PageChat(`${server.url}/api/chat`)

    await chat.sendMessage({ text: 'go' })

    expect(chat.messages.at(-1)?.parts).toEqual([
      { type: 'step-start' },
      { type: 'text', text: 'Anew.', state: 'done' },
    ])
  })

  test('keeps void parts marked, in profile v6, and the model never sees them again', async () => {
    const broken = new ModelError('model.interrupted', 'cut', { retryable: true })
    const model = scriptedModel([{ text: ['I wi', 'll'], error: broken, afterEvents: 1 }, 'Anew.', 'Fine.'])
    const server = await serveChat(agent({ model, retry: { baseDelayMs: 1 } }))
    const chat = new PageChat(`${server.url}/api/chat`)

    await chat.sendMessage({ text: 'go' })
    await chat.sendMessage({ text: 'and now?' })

    expect(chat.messages[1]?.parts).toEqual([
      { type: 'step-start' },
      { type: 'text', text: 'I wi', state: 'done' },
      { type: 'data-heddle-reset', data: { turn: 1 } },
      { type: 'text', text: 'Anew.', state: 'done' },
    ])
    expect(model.requests[2]?.messages[1]).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'Anew.' }],
    })
  })

  test('reads one safe sentence when its request cannot be served', async () => {
    const server = await serveChat(agent({ model: scriptedModel([]) }), { maxBodyBytes: 200 })
    const chat = new PageChat(`${server.url}/api/chat`)

    await chat.sendMessage({ text: 'x'.repeat(300) })

    expect([chat.status, chat.error?.message]).toEqual([
      'error',
      'The request is larger than 200 bytes; send less history or smaller files.',
    ])
  })
})

describe('errors', () => {
  const leaky = tool({
    name: 'leak',
    description: 'Fails.',
    input: { type: 'object' },
    execute: () => {
      throw new Error(`cannot reach ${SECRET}`)
    },
  })
  const failing = (): Agent =>
    agent({
      model: scriptedModel([
        { toolCalls: [{ name: 'leak' }] },
        { text: 'so', error: new ModelError('model.auth', `bad key for ${SECRET}`) },
      ]),
      tools: [leaky],
    })

  test('of tools and of the model are masked on the wire', async () => {
    const log = memoryRunLog()
    const heard = arraySink()
    const server = await serveChat(failing(), { log, sinks: [heard] })

    const body = await (await postJson(`${server.url}/api/chat`, HELLO)).text()

    expect(JSON.stringify(heard.events).split(SECRET).length).toBeGreaterThan(2)
    expect(body).not.toContain('hunter2')
    expect(body.match(/"errorText":"[^"]*"/g)).toEqual([
      '"errorText":"An error occurred."',
      '"errorText":"An error occurred."',
    ])
    expect(body.endsWith('"errorText":"An error occurred."}\n\ndata: [DONE]\n\n')).toBe(true)
  })

  test('are shown as onError words them', async () => {
    const server = await serveChat(failing(), { onError: (error) => `Sorry (${error.code}).` })

    const body = await (await postJson(`${server.url}/api/chat`, HELLO)).text()

    expect(body.match(/"errorText":"[^"]*"/g)).toEqual([
      '"errorText":"Sorry (tool.failed)."',
      '"errorText":"Sorry (model.auth)."',
    ])
  })

  test('are masked when onError itself fails', async () => {
    const onError = (): string => {
      throw new Error(SECRET)
    }
    const server = await serveChat(failing(), { onError })

    const body = await (await postJson(`${server.url}/api/chat`, HELLO)).text()

    expect(new Set(body.match(/"errorText":"[^"]*"/g))).toEqual(new Set(['"errorText":"An error occurred."']))
  })

  test('reach the page as its error', async () => {
    const server = await serveChat(failing())
    const chat = new PageChat(`${server.url}/api/chat`)

    await chat.sendMessage({ text: 'go' })

    expect([chat.status, chat.error?.message]).toEqual(['error', 'An error occurred.'])
  })

  test.each<[string, unknown, number, string]>([
    ['no JSON', '{"messages":', 400, 'The body is not valid JSON.'],
    ['an array', [], 400, 'The body must be a JSON object.'],
    ['no messages', { id: 'c' }, 400, 'The body needs "messages", an array, or "message", one object.'],
    ['a message of nobody', { message: 7 }, 400, 'Message 1 is not an object.'],
    [
      'an empty conversation',
      { messages: [] },
      400,
      'There is nothing to answer; pass a prompt that is not blank, or messages that end with a user message or tool results.',
    ],
    [
      'a blank prompt',
      { message: { role: 'user', parts: [{ type: 'text', text: ' ' }] } },
      400,
      'There is nothing to answer; pass a prompt that is not blank, or messages that end with a user message or tool results.',
    ],
  ])('answer %s in one plain sentence', async (_what, body, status, sentence) => {
    const model = scriptedModel([])
    const server = await serveChat(agent({ model }))

    const response = await postJson(`${server.url}/api/chat`, body)

    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      'text/plain; charset=utf-8',
      sentence,
    ])
    expect(model.calls).toBe(0)
  })

  test.each([['text/plain'], ['application/x-www-form-urlencoded']])(
    'refuse %s, which any site could send',
    async (type) => {
      const server = await serveChat(agent({ model: scriptedModel([]) }))

      const response = await postJson(`${server.url}/api/chat`, HELLO, { headers: { 'content-type': type } })

      expect([response.status, await response.text()]).toEqual([
        415,
        'Send the body as JSON, with "content-type: application/json".',
      ])
    },
  )

  test('say how large a body may be', async () => {
    const server = await serveChat(agent({ model: scriptedModel([]) }))

    const response = await postJson(`${server.url}/api/chat`, { message: 'x'.repeat(4 * 1_048_576) })

    expect([response.status, await response.text()]).toEqual([
      413,
      'The request is larger than 4 MB; send less history or smaller files.',
    ])
  })
})

describe('a client that leaves', () => {
  test('aborts the run and leaves nothing open', async () => {
    const model = scriptedModel([{ text: ['a', 'b'], hang: true, afterEvents: 1 }])
    const heard = arraySink()
    const server = await serveChat(agent({ model }), { sinks: [heard] })
    const leave = new AbortController()

    const response = await postJson(`${server.url}/api/chat`, HELLO, { signal: leave.signal })
    const reader = response.body?.getReader()
    await reader?.read()
    leave.abort()
    await until(() => heard.events.at(-1)?.type === 'run.ended')
    await server.close()

    expect(heard.events.at(-1)).toMatchObject({ type: 'run.ended', stop: { reason: 'aborted' } })
    expect([model.openStreams, model.abortedCount, await server.connections()]).toEqual([0, 1, 0])
  })

  test('aborts the tool that runs', async () => {
    const signals: AbortSignal[] = []
    const hang = tool({
      name: 'hang',
      description: 'Waits for the abort.',
      input: { type: 'object' },
      execute: (_input, { signal }) => {
        signals.push(signal)
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve('late')))
      },
    })
    const model = scriptedModel([{ toolCalls: [{ name: 'hang' }] }])
    const heard = arraySink()
    const server = await serveChat(agent({ model, tools: [hang] }), { sinks: [heard] })
    const chat = new PageChat(`${server.url}/api/chat`)

    const sent = chat.sendMessage({ text: 'go' })
    await until(() => signals.length === 1)
    await chat.stop()
    await sent
    await until(() => heard.events.at(-1)?.type === 'run.ended')

    expect([chat.status, signals[0]?.aborted]).toEqual(['ready', true])
    expect(heard.events.at(-1)).toMatchObject({ type: 'run.ended', stop: { reason: 'aborted' } })
  })
})

describe('a client that reads slowly', () => {
  test('slows the run down, and loses nothing', async () => {
    const text = 'x'.repeat(65_536)
    const deltas = 1_000
    const model = scriptedModel([{ text: Array<string>(deltas).fill(text), batch: 1 }])
    let pulled = 0
    const count: Sink = {
      write: (events) => void (pulled += events.filter((event) => event.type === 'text.delta').length),
    }
    const server = await serveChat(agent({ model }), { sinks: [count] })

    const socket = connect(server.port, '127.0.0.1')
    socket.pause()
    const body = JSON.stringify(HELLO)
    socket.write(
      `POST /api/chat HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await until(() => pulled > 0)
    const pulledWhileFull = await settled(() => pulled)
    let received = 0
    socket.on('data', (bytes) => (received += bytes.length)).resume()
    await new Promise((resolve) => socket.once('close', resolve))

    // What is not in a socket buffer (a few megabytes in all) was never asked of the model.
    expect(pulledWhileFull).toBeLessThan(deltas / 4)
    expect(pulled).toBe(deltas)
    expect(received).toBeGreaterThan(deltas * text.length)
  })

  test('and leaves in the middle, ends the run', async () => {
    const model = scriptedModel([{ text: Array<string>(1_000).fill('x'.repeat(65_536)), batch: 1 }])
    const heard = arraySink()
    const server = await serveChat(agent({ model }), { sinks: [heard] })

    const socket = connect(server.port, '127.0.0.1')
    socket.pause()
    const body = JSON.stringify(HELLO)
    socket.write(
      `POST /api/chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await until(() => heard.events.length > 2)
    await settled(() => heard.events.length)
    socket.destroy()
    await until(() => heard.events.at(-1)?.type === 'run.ended')

    expect([model.openStreams, model.abortedCount]).toEqual([0, 1])
  })
})

/** The value once it has not changed for a while. */
async function settled(read: () => number): Promise<number> {
  for (let last = read(), same = 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    same = read() === last ? same + 1 : 0
    last = read()
    if (same >= 15) return last
  }
}

/** Replaces ids, which are random, by numbers in the order they are first seen. */
function nameInOrder(prefix: string): (id: string) => string {
  const names = new Map<string, string>()
  return (id) => {
    const name = names.get(id) ?? `${prefix}-${names.size + 1}`
    names.set(id, name)
    return name
  }
}

import express from 'express'
import { describe, expect, test } from 'vitest'
import { agent, arraySink, isDurable, memoryRunLog, tool } from '@heddle/core'
import type { Agent, RunEvent, RunLog } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { eventRoutes } from '../src/index.ts'
import type { EventRoutesOptions } from '../src/index.ts'
import { postJson, serve, until } from './serve.ts'
import type { Served } from './serve.ts'

interface Frame {
  readonly id?: string
  readonly event?: string
  readonly data?: string
}

/** The frames of a stream, comments left out. */
function framesOf(body: string): Frame[] {
  return body
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':'))
    .map(
      (frame) =>
        Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2))) as Frame,
    )
}

const eventsOf = (body: string): RunEvent[] =>
  framesOf(body).flatMap(({ data }) => (data === undefined ? [] : [JSON.parse(data) as RunEvent]))

function serveRuns(runner: Agent, options: EventRoutesOptions = {}): Promise<Served> {
  return serve(express().use('/api/runs', eventRoutes(runner, options)))
}

const shout = tool({
  name: 'shout',
  description: 'Shouts.',
  input: { type: 'object' },
  execute: async function* () {
    yield 'hal'
    return 'HALLO'
  },
})
const calling = (): Agent =>
  agent({
    model: scriptedModel([{ toolCalls: [{ name: 'shout' }] }, { text: ['It ', 'shouted.'] }]),
    tools: [shout],
  })

describe('the feed of a run', () => {
  test('is what a sink hears, event for event', async () => {
    const heard = arraySink()
    const server = await serveRuns(calling(), { sinks: [heard] })

    const response = await postJson(`${server.url}/api/runs`, { input: 'go' })
    const body = await response.text()

    expect(heard.events.length).toBeGreaterThan(8)
    expect(eventsOf(body)).toEqual(heard.events)
    expect(framesOf(body).map(({ event, id }) => [event, id])).toEqual(
      heard.events.map((event) => [event.type, isDurable(event) ? String(event.seq) : undefined]),
    )
    expect(response.headers.get('content-type')).toBe('text/event-stream')
  })

  test('goes on from a transcript that ends with the question', async () => {
    const model = scriptedModel(['Yes.'])
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'Is it?' }] }]
    const server = await serveRuns(agent({ model }))

    await (await postJson(`${server.url}/api/runs`, { messages })).text()

    expect(model.requests.map((request) => request.messages)).toEqual([messages])
  })

  test('aborts the run when its reader leaves', async () => {
    const model = scriptedModel([{ text: ['a', 'b'], hang: true, afterEvents: 1 }])
    const heard = arraySink()
    const server = await serveRuns(agent({ model }), { sinks: [heard] })
    const leave = new AbortController()

    await postJson(`${server.url}/api/runs`, { input: 'go' }, { signal: leave.signal })
    leave.abort()
    await until(() => heard.events.at(-1)?.type === 'run.ended')
    await server.close()

    expect([model.openStreams, await server.connections()]).toEqual([0, 0])
  })

  const NOTHING =
    'There is nothing to answer; pass a prompt that is not blank, or messages that end with a user message or tool results.'
  test.each<[unknown, string]>([
    [{}, NOTHING],
    [{ input: '' }, NOTHING],
    [{ input: 7 }, '"input" must be a text or a user message.'],
    [{ input: 'go', messages: {} }, '"messages" must be an array.'],
    [
      { input: 'go', messages: [{ role: 'system', content: [] }] },
      'Message 1 has not the shape of a message of @heddle/core.',
    ],
    [
      { input: 'go', messages: [{ role: 'user', content: [{ type: 'tool-result', callId: 'x' }] }] },
      'Message 1 has not the shape of a message of @heddle/core.',
    ],
    [
      { input: 'go', messages: [{ role: '__proto__', content: [{ type: 'toString' }] }] },
      'Message 1 has not the shape of a message of @heddle/core.',
    ],
  ])('refuses %j in one sentence', async (body, sentence) => {
    const server = await serveRuns(agent({ model: scriptedModel([]) }))

    const response = await postJson(`${server.url}/api/runs`, body)

    expect([response.status, await response.text()]).toEqual([400, sentence])
  })
})

describe('the log of a run', () => {
  async function finishedRun(): Promise<{ log: RunLog; runId: string; durable: RunEvent[]; server: Served }> {
    const log = memoryRunLog()
    const heard = arraySink()
    const run = calling().run('go', { log, sinks: [heard] })
    await run.result
    const server = await serveRuns(calling(), { log })
    return { log, runId: run.runId, durable: heard.events.filter((event) => isDurable(event)), server }
  }

  test('is told again from the start', async () => {
    const { runId, durable, server } = await finishedRun()

    const body = await (await fetch(`${server.url}/api/runs/${runId}/events`)).text()

    expect(eventsOf(body)).toEqual(durable)
  })

  test.each([
    ['the header of EventSource', (url: string) => fetch(url, { headers: { 'last-event-id': '3' } })],
    ['the query', (url: string) => fetch(`${url}?after=3`)],
  ])('is told after a seq given in %s', async (_where, get) => {
    const { runId, durable, server } = await finishedRun()

    const body = await (await get(`${server.url}/api/runs/${runId}/events`)).text()

    expect(eventsOf(body)).toEqual(durable.slice(3))
  })

  test('tells who has heard the end that there is no more', async () => {
    const { runId, durable, server } = await finishedRun()

    const response = await fetch(`${server.url}/api/runs/${runId}/events?after=${durable.length}`)

    expect([response.status, await response.text()]).toEqual([204, ''])
  })

  test('tells who has heard all of a run that goes on to ask again', async () => {
    const { log, runId, durable } = await finishedRun()
    const half = memoryRunLog()
    const fence = (await half.acquire(runId, 'test', 1_000)) ?? 0
    for await (const event of log.read(runId)) if (event.seq <= 2) await half.append(runId, [event], fence)
    const server = await serveRuns(calling(), { log: half })

    const body = await (await fetch(`${server.url}/api/runs/${runId}/events?after=2`)).text()

    expect(durable.length).toBeGreaterThan(2)
    expect(body).toBe(': stream-open\n\nretry: 1000\n\n')
  })

  test.each<[string, EventRoutesOptions, string, number, string]>([
    [
      'an unknown run',
      { log: memoryRunLog() },
      'run_x/events',
      404,
      'This log has no such run, or no event that comes after the one you named.',
    ],
    ['a server without a log', {}, 'run_x/events', 404, 'This server keeps no log of its runs.'],
    [
      'a seq that is no number',
      { log: memoryRunLog() },
      'run_x/events?after=last',
      400,
      '"after" and "Last-Event-ID" must be the seq of an event: a whole number.',
    ],
  ])('answers %s in one sentence', async (_what, options, path, status, sentence) => {
    const server = await serveRuns(calling(), options)

    const response = await fetch(`${server.url}/api/runs/${path}`)

    expect([response.status, await response.text()]).toEqual([status, sentence])
  })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { JsonObject } from '@heddle/core'
import { models } from '@heddle/providers'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeScripts } from '@heddle/testkit/fake-provider'
import { builtinTools } from '@heddle/tools'
import { eventRoutes } from '@heddle/web-sse'
import { expect, test } from 'vitest'
import { agentAt } from '../src/workbench.ts'
import { accounts } from './fake-wires.ts'
import type { FakeAccount } from './fake-wires.ts'
import { makeProject } from './heddle-process.ts'
import type { Project } from './heddle-process.ts'

const PROMPT = 'Find all TODO comments'
const SCRIPTS: FakeScripts = {
  weaver: {
    turns: [
      {
        reasoning: 'Look first.',
        text: ['Let ', 'me look.'],
        toolCalls: [
          { name: 'grep', arguments: { pattern: 'TODO' } },
          { name: 'read_file', arguments: { path: 'gone.ts' } },
        ],
        argumentChunks: 3,
        usage: { input: 100, output: 20 },
      },
      { text: ['There is ', 'one, in a.ts.'], usage: { input: 140, output: 9 } },
    ],
  },
}

/** Without what differs from run to run, names the wire, or is its own (signatures); all else must be equal. */
function comparable(event: JsonObject): JsonObject {
  const { atMs: _at, durationMs: _duration, instructions: _instructions, ...rest } = event
  const text = JSON.stringify(rest, (key, value: unknown) => (key === 'opaque' ? undefined : value))
    .replace(/(call|run)_[a-z0-9]{16}/g, '$1')
    .replace(/(openai|anthropic)\/weaver/g, 'wire/weaver')
    .replace(/, \d+(\.\d+)? m?s\]/g, ']')
  return JSON.parse(text) as JsonObject
}

async function throughTerminal(project: Project, account: FakeAccount): Promise<JsonObject[]> {
  const args = ['--output-format', 'stream-json', '-m', account.model('weaver'), PROMPT]
  const { code, stdout } = await project.run(args, { env: account.env })
  expect(code).toBe(0)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject)
}

async function throughServer(project: Project, account: FakeAccount): Promise<JsonObject[]> {
  const model = models(account.model('weaver'), { env: account.env })
  const tools = builtinTools({ root: project.root })
  const app = express().use(
    '/api/runs',
    eventRoutes(
      agentAt(
        { root: project.root, instructions: '', tools, maxSteps: 50, naming: {}, decisions: null },
        model,
      ),
    ),
  )
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: PROMPT }),
    })
    const frames = (await response.text()).split('\n').filter((line) => line.startsWith('data: '))
    return frames.map((line) => JSON.parse(line.slice('data: '.length)) as JsonObject)
  } finally {
    server.close()
  }
}

test('one prompt is the same events on both wires, in stream-json and over SSE', async () => {
  const provider = await startFakeProvider({ scripts: SCRIPTS })
  const project = await makeProject({ 'a.ts': '// TODO: write it\n' })

  const told: JsonObject[][] = []
  for (const account of accounts(provider)) {
    told.push(await throughTerminal(project, account), await throughServer(project, account))
  }
  await provider.close()
  await project.remove()

  const [first, ...others] = told.map((events) => events.map(comparable))
  expect(first?.map((event) => event['type'])).toEqual([
    'run.started',
    'turn.started',
    'reasoning.delta',
    'reasoning.delta',
    'text.delta',
    'text.delta',
    ...Array<string>(8).fill('tool.input.delta'),
    'message.added',
    'turn.ended',
    'tool.started',
    'tool.started',
    'tool.ended',
    'tool.ended',
    'turn.started',
    'text.delta',
    'text.delta',
    'message.added',
    'turn.ended',
    'run.ended',
  ])
  for (const other of others) expect(byCall(other)).toEqual(byCall(first ?? []))
})

/** Two calls run side by side; which ends first is chance. */
function byCall(events: readonly JsonObject[]): JsonObject[] {
  const ended = events
    .filter((event) => event['type'] === 'tool.ended')
    .map(({ seq: _seq, ...event }) => event)
  const sorted = ended.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
  return [...events.filter((event) => event['type'] !== 'tool.ended'), ...sorted]
}

import type { FakeScript, FakeTurn, Fault } from '@heddle/testkit/fake-provider'
import { echoTool } from '../echo-tool.ts'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

/** Two calls and a text before them: all that can be lost or doubled. */
const busyTurn: FakeTurn = {
  text: ['Two ', 'threads 🧵', '.'],
  toolCalls: [
    { name: 'echo', arguments: { text: 'warp' } },
    { name: 'echo', arguments: { text: 'weft' } },
  ],
  argumentChunks: 2,
}
const busyDeltas = 7
const lastTurn: FakeTurn = { text: 'Woven.' }

/** How many of a row's runs go at once. */
const CROWD = 25

/** Answers that break in the middle: what was heard is told anew, never twice. */
export const brokenStreams: readonly FaultRow[] = [
  {
    row: 'F4',
    name: 'error event after every delta',
    run: (world) =>
      survivesEach(
        world,
        everyDelta((afterDeltas) => ({ kind: 'error-event', afterDeltas })),
        'places',
      ),
  },
  {
    row: 'F4',
    name: 'error event every time',
    run: (world) => keepsPartial(world, { kind: 'error-event', afterDeltas: 2 }, 'model.unavailable'),
  },
  { row: 'F5', name: 'cut at every byte', run: cutAtEveryByte, timeoutMs: 300_000 },
  {
    row: 'F5',
    name: 'cut every time',
    run: (world) => keepsPartial(world, { kind: 'cut', afterDeltas: 2 }, 'model.interrupted'),
  },
  {
    row: 'F6',
    name: 'no terminal event',
    run: (world) => survivesEach(world, [{ kind: 'no-end' }], 'stream'),
  },
  {
    row: 'F6',
    name: 'never a terminal event',
    async run(world) {
      const never = await keepsPartial(world, { kind: 'no-end' }, 'model.interrupted')
      return never
    },
  },
  {
    row: 'F7',
    name: 'broken JSON after every delta',
    run: (world) =>
      survivesEach(
        world,
        everyDelta((afterDeltas) => ({ kind: 'malformed', afterDeltas })),
        'places',
      ),
  },
]

function everyDelta(fault: (afterDeltas: number) => Fault): Fault[] {
  return Array.from({ length: busyDeltas }, (_, afterDeltas) => fault(afterDeltas))
}

async function cutAtEveryByte(world: FaultWorld): Promise<string> {
  const length = await bytesOf(world)
  const cuts = Array.from({ length }, (_, afterBytes): Fault => ({ kind: 'cut', afterBytes }))
  return survivesEach(world, cuts, 'bytes')
}

/** Length of the busy turn on this wire. */
async function bytesOf(world: FaultWorld): Promise<number> {
  const provider = await world.serveTurns(busyTurn)
  const path = world.wire === 'openai' ? '/v1/chat/completions' : '/v1/messages'
  const question = {
    model: 'm',
    stream: true,
    max_tokens: 1,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Go' }],
  }
  const response = await fetch(provider.url + path, {
    method: 'POST',
    headers: { 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(question),
  })
  return (await response.arrayBuffer()).byteLength
}

/** Lets each fault hit the first request of a run of its own, and looks for loss and doubles in every one. */
async function survivesEach(world: FaultWorld, faults: readonly Fault[], unit: string): Promise<string> {
  const scripts: Record<string, FakeScript> = {}
  for (const [index, fault] of faults.entries()) {
    scripts[`m${index}`] = { turns: [{ ...busyTurn, faults: [fault] }, lastTurn] }
  }
  const provider = await world.serve(scripts)
  let retried = 0
  for (let start = 0; start < faults.length; start += CROWD) {
    const crowd = Object.keys(scripts).slice(start, start + CROWD)
    const counts = await Promise.all(crowd.map((model) => weaves(world, world.modelOf(provider, { model }))))
    retried += counts.reduce((sum, count) => sum + count, 0)
  }
  must(retried > 0, 'no run was hit')
  return `${faults.length} ${unit}, ${retried} retries, nothing lost or doubled`
}

/** @returns The number of retries. */
async function weaves(world: FaultWorld, model: ReturnType<FaultWorld['modelAt']>): Promise<number> {
  const echo = echoTool()
  const ran = await world.run({ model, tools: [echo.tool] })
  mustBeDone(ran, 'Woven.')
  mustEqual(echo.heard, ['warp', 'weft'], `what the tools of ${model.id} were asked`)
  mustEqual(ran.result.messages.length, 4, 'messages')
  const [, answer] = ran.result.messages
  mustEqual(
    answer?.content.map((part) => (part.type === 'text' ? part.text : part.type)),
    ['Two threads 🧵.', 'tool-call', 'tool-call'],
    'the answer',
  )
  return ran.retryDelaysMs.length
}

/** When it never gets better the run ends failed, and what was heard last is kept and marked. */
async function keepsPartial(world: FaultWorld, fault: Fault, code: string): Promise<string> {
  const provider = await world.serveTurns({ ...busyTurn, faults: [fault, fault, fault, fault] }, lastTurn)
  const echo = echoTool()
  const { result } = await world.run({ model: world.modelOf(provider), tools: [echo.tool] })
  must(result.stop.reason === 'failed', `ended ${result.stop.reason} instead of telling`)
  mustEqual(result.stop.error.code, code, 'error code')
  mustEqual([provider.requests.length, echo.heard], [4, []], 'requests, and what the tools were asked')
  const last = result.messages.at(-1)
  must(last?.role === 'assistant' && last.incomplete === true, 'what was heard is not kept as incomplete')
  const kept = last.content.map((part) => (part.type === 'text' ? part.text : part.type)).join('')
  must(kept.startsWith('Two threads 🧵') && !kept.includes('tool-call'), `kept ${JSON.stringify(kept)}`)
  const again = await world.run({
    model: world.modelOf(provider),
    tools: [echo.tool],
    messages: result.messages,
    input: 'Once more',
  })
  mustBeDone(again, 'Woven.')
  return `"${result.stop.error.message}"; "${kept}" kept as incomplete, the next prompt works`
}

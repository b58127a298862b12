import type { ToolResultPart } from '@heddle/core'
import type { FakeToolCall, FakeTurn } from '@heddle/testkit/fake-provider'
import { echoTool } from '../echo-tool.ts'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld, Ran } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

/** Tool calls that no tool can serve as they are: the model reads why, and the run goes on. */
export const strangeCalls: readonly FaultRow[] = [
  {
    row: 'F9',
    name: 'arguments of 10 MB',
    run: (world) => badInput(world, JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) })),
  },
  {
    row: 'F9',
    name: 'arguments nested 100,000 deep',
    run: (world) => badInput(world, `{"text":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
  },
  {
    row: 'F9',
    name: 'arguments that never close',
    run: (world) => badInput(world, `{"text":"${'x'.repeat(1_000_000)}`),
  },
  {
    row: 'F10',
    name: 'calls with the same id, twice',
    run: (world) => ownIds(world, 'same', 'same'),
  },
  { row: 'F10', name: 'calls with empty ids', run: (world) => ownIds(world, '', '') },
  {
    row: 'F11',
    name: 'a tool that does not exist',
    async run(world) {
      const { ran } = await afterCalls(world, { name: 'no_such_tool', arguments: {} })
      return told(ran, 'tool.unknown')
    },
  },
  { row: 'F11', name: 'arguments that are not JSON', run: (world) => badInput(world, 'text=warp') },
  { row: 'F11', name: 'arguments of the wrong type', run: (world) => badInput(world, '{"text":7}') },
  { row: 'F11', name: 'no arguments at all', run: (world) => badInput(world, '') },
  { row: 'F12', name: 'the same call for ever', run: stopsAtLimit },
  {
    row: 'F12',
    name: 'an answer of nothing',
    async run(world) {
      const provider = await world.serveTurns({})
      const ran = await world.run({ model: world.modelOf(provider) })
      mustBeDone(ran, '')
      mustEqual(provider.requests.length, 1, 'requests')
      return 'ended done, with empty text'
    },
  },
]

interface AfterCalls {
  readonly ran: Ran
  readonly heard: readonly string[]
}

/** One turn with the calls, then a turn of text: the run must get there. */
async function afterCalls(world: FaultWorld, ...toolCalls: FakeToolCall[]): Promise<AfterCalls> {
  const provider = await world.serveTurns({ toolCalls }, { text: 'Woven on.' })
  const echo = echoTool()
  const ran = await world.run({ model: world.modelOf(provider), tools: [echo.tool] })
  mustBeDone(ran, 'Woven on.')
  return { ran, heard: echo.heard }
}

async function badInput(world: FaultWorld, args: string): Promise<string> {
  const { ran, heard } = await afterCalls(world, { name: 'echo', arguments: args })
  mustEqual(heard, [], 'what the tool was asked')
  return told(ran, 'tool.bad_input')
}

function told(ran: Ran, code: string): string {
  const results = resultsOf(ran)
  mustEqual(
    results.map(({ status, error }) => [status, error?.code]),
    [['error', code]],
    'results',
  )
  const message = results[0]?.error?.message ?? ''
  must(
    message.length > 10 && message.length < 2_000 && !message.includes('    at '),
    `the model reads ${message.slice(0, 200)}`,
  )
  return `the model reads "${message.length > 90 ? `${message.slice(0, 90)}…` : message}"`
}

function resultsOf(ran: Ran): ToolResultPart[] {
  return ran.result.messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
}

async function ownIds(world: FaultWorld, ...ids: string[]): Promise<string> {
  const turn = (name: string): FakeTurn => ({
    toolCalls: ids.map((id, index) => ({ name: 'echo', arguments: { text: `${name} ${index}` }, id })),
  })
  const provider = await world.serveTurns(turn('first'), turn('second'), { text: 'Woven on.' })
  const echo = echoTool()
  const ran = await world.run({ model: world.modelOf(provider), tools: [echo.tool] })
  // That every call has one result of its own, and an id of its own, holds for every run.
  mustBeDone(ran, 'Woven on.')
  mustEqual(echo.heard, ['first 0', 'first 1', 'second 0', 'second 1'], 'what the tool was asked')
  mustEqual(
    resultsOf(ran).map(({ output }) => output),
    echo.heard,
    'results',
  )
  return 'each call got an id and a result of its own; the provider took the transcript'
}

async function stopsAtLimit(world: FaultWorld): Promise<string> {
  const turn: FakeTurn = { toolCalls: [{ name: 'echo', arguments: { text: 'again' } }] }
  const provider = await world.serve({ m: { turns: [turn], repeatLast: true } })
  const echo = echoTool()
  const { result } = await world.run({ model: world.modelOf(provider), tools: [echo.tool], steps: 7 })
  mustEqual(result.stop, { reason: 'repeats', repeats: 4 }, 'how it ended')
  // Twice the call is run, the third time the model is told, the fourth time the run ends.
  mustEqual([provider.requests.length, echo.heard.length], [4, 2], 'requests and calls')
  return 'the model was told at the third time, the run ended at the fourth'
}

import type { FakeTurn, Fault } from '@heddle/testkit/fake-provider'
import { echoTool } from '../echo-tool.ts'
import type { FaultRow } from '../fault-row.ts'
import { mustEqual } from '../fault-row.ts'
import type { FaultWorld } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

const polyglot = 'Kette und Schuß, 経糸と緯糸, нить 🧵🧶 — \u0000\u2028\u2029 é'

/** Bytes that are right but come strangely: nothing shows, and nothing is asked twice. */
export const strangeBytes: readonly FaultRow[] = [
  {
    row: 'F7',
    name: 'BOM, comments, CRLF, unknown events',
    run: (world) => unmoved(world, { kind: 'garbage' }),
  },
  {
    row: 'F7',
    name: 'a line of 10 MB',
    async run(world) {
      const text = 'x'.repeat(10 * 1024 * 1024)
      const provider = await world.serveTurns({ text: [text] })
      const ran = await world.run({ model: world.modelOf(provider) })
      mustBeDone(ran, text)
      return 'read whole'
    },
  },
  { row: 'F8', name: 'every byte on its own', run: (world) => unmoved(world, { kind: 'split-utf8' }) },
  {
    row: 'F8',
    name: 'three bytes at a time',
    run: (world) => unmoved(world, { kind: 'split-utf8', bytes: 3 }),
  },
  {
    row: 'F8',
    name: 'surrogate halves in two events',
    async run(world) {
      const provider = await world.serveTurns({ text: ['a \ud83e', '\uddf5 b \ud83e', '\uddf6'] })
      const ran = await world.run({ model: world.modelOf(provider) })
      mustBeDone(ran, 'a 🧵 b 🧶')
      const torn = ran.events.filter((event) => event.type === 'text.delta' && !event.text.isWellFormed())
      mustEqual(torn, [], 'deltas with half a character')
      return 'joined before anybody saw a half'
    },
  },
]

async function unmoved(world: FaultWorld, fault: Fault): Promise<string> {
  const first: FakeTurn = {
    reasoning: polyglot,
    text: polyglot,
    chunkSize: 3,
    toolCalls: [{ name: 'echo', arguments: { text: polyglot } }],
    argumentChunks: 9,
    faults: [fault],
  }
  const provider = await world.serveTurns(first, { text: polyglot, faults: [fault] })
  const echo = echoTool()
  const ran = await world.run({ model: world.modelOf(provider), tools: [echo.tool] })
  mustBeDone(ran, polyglot)
  mustEqual(echo.heard, [polyglot], 'what the tool was asked')
  mustEqual(
    ran.result.messages[1]?.content.slice(0, 2).map((part) => ('text' in part ? part.text : '')),
    [polyglot, polyglot],
    'reasoning and text',
  )
  mustEqual(provider.requests.length, 2, 'requests')
  return 'text, reasoning and arguments equal to the undisturbed ones'
}

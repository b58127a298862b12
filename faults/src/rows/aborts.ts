import { textOf } from '@heddle/core'
import type { FakeTurn, Fault } from '@heddle/testkit/fake-provider'
import { echoTool } from '../echo-tool.ts'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

const firstTurn: FakeTurn = {
  reasoning: 'Hm.',
  text: 'Two threads.',
  toolCalls: [
    { name: 'echo', arguments: { text: 'warp' } },
    { name: 'echo', arguments: { text: 'weft' } },
  ],
}

/** Somebody has enough of it: the run ends at once, and what was said stays usable. */
export const aborts: readonly FaultRow[] = [
  { row: 'F41', name: 'abort after every event', run: (world) => abortEverywhere(world) },
  {
    row: 'F41',
    name: 'abort while the provider is silent',
    async run(world) {
      const silence: Fault = { kind: 'silence', afterDeltas: 2 }
      const provider = await world.serveTurns({ text: 'Two threads.', faults: [silence] })
      const { result } = await world.run({ model: world.modelOf(provider), abortAfter: 3 })
      mustEqual(result.stop.reason, 'aborted', 'how it ended')
      const last = result.messages.at(-1)
      must(last?.role === 'assistant' && last.incomplete === true, 'what was heard is not kept as incomplete')
      mustEqual(textOf(last), 'Two threads.', 'what was heard')
      return 'ended aborted, what was heard is kept'
    },
  },
]

async function abortEverywhere(world: FaultWorld): Promise<string> {
  const provider = await world.serveTurns(firstTurn, { text: 'Woven.' })
  const model = world.modelOf(provider)
  const whole = await world.run({ model, tools: [echoTool().tool] })
  mustBeDone(whole, 'Woven.')
  const places = whole.events.length - 1
  for (let abortAfter = 1; abortAfter <= places; abortAfter++) {
    const aborted = await world.run({ model, tools: [echoTool().tool], abortAfter })
    // The last events may be on their way already.
    const { reason } = aborted.result.stop
    must(
      reason === 'aborted' || abortAfter > places - 4,
      `ended ${reason} after an abort at event ${abortAfter}`,
    )
    const echo = echoTool()
    const next = await world.run({
      model,
      tools: [echo.tool],
      messages: aborted.result.messages,
      input: 'Once more',
    })
    mustBeDone(next, 'Woven.')
    mustEqual(echo.heard, ['warp', 'weft'], 'what the tools were asked by the next prompt')
  }
  return `${places} places; the next prompt works after each`
}

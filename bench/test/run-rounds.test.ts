import { expect, test } from 'vitest'
import { runRounds } from '../src/run-rounds.ts'
import type { Rounds } from '../src/run-rounds.ts'
import { expectedTally, scenarios } from '../src/scenarios.ts'
import type { ChatScenario } from '../src/scenarios.ts'

const [stream] = scenarios({ scale: 0.0005, hasStore: false }).filter(
  (scenario): scenario is ChatScenario => scenario.kind === 'chat',
)
const whole = stream === undefined ? undefined : expectedTally(stream)

test('lets another candidate begin each round', async () => {
  const samples = await runRounds({ ...rounds(whole), count: 2 })

  expect(
    samples.filter(({ metric }) => metric === 'cpuUsPerDelta').map(({ candidate }) => candidate),
  ).toEqual(['fetch-loop', 'ai-sdk', 'heddle', 'ai-sdk', 'heddle', 'fetch-loop'])
})

test('makes a sample of every figure', async () => {
  const samples = await runRounds(rounds(whole))

  expect(samples.filter(({ candidate }) => candidate === 'heddle')).toEqual([
    { scenario: 'stream', candidate: 'heddle', round: 1, metric: 'cpuUsPerDelta', value: 100 },
    { scenario: 'stream', candidate: 'heddle', round: 1, metric: 'peakRssMb', value: 7 },
  ])
})

test('measures a scenario as seldom as it says', async () => {
  const seldom = rounds(whole).scenarios.map((scenario) => ({ ...scenario, everyRounds: 2 }))

  const samples = await runRounds({ ...rounds(whole), scenarios: seldom, count: 4 })

  expect(
    samples
      .filter(({ metric, candidate }) => metric === 'cpuUsPerDelta' && candidate === 'heddle')
      .map(({ round }) => round),
  ).toEqual([1, 3])
})

test('counts no figure of a candidate that did less than the work', async () => {
  const lazy = { ...whole, deltas: 9 }

  await expect(runRounds(rounds(whole, lazy))).rejects.toThrow(
    'stream heddle 1 did not do the work: its consumer saw deltas 9 instead of 10.',
  )
})

test('says in one sentence why a candidate failed', async () => {
  const code = rounds(whole).code
  const throughput = { ...code.chat.throughput, heddle: `throw new RangeError('no such luck')` }

  await expect(
    runRounds({ ...rounds(whole), code: { ...code, chat: { ...code.chat, throughput } } }),
  ).rejects.toThrow('stream heddle 1 did not finish its work: RangeError: no such luck')
})

/** One round of the stream scenario with clients that only claim what they saw. */
function rounds(tally: unknown, heddleTally: unknown = tally): Rounds {
  const figures = { cpuUsPerDelta: 100, peakRssMb: 7 }
  const client = (claimed: unknown): string =>
    `console.log(${JSON.stringify(JSON.stringify({ figures, tallies: [whole, claimed] }))})`
  const own = client(tally)
  const clients = { 'fetch-loop': own, 'ai-sdk': own, heddle: client(heddleTally), 'heddle-sqlite': own }
  const chat = { throughput: clients, agents: clients, stall: clients, leak: clients, steps: clients }
  return {
    scenarios: stream === undefined ? [] : [stream],
    count: 1,
    code: { chat, import: '', append: '' },
    baseUrl: 'http://127.0.0.1:9/v1',
    profileFolder: null,
    onRound: () => {},
  }
}

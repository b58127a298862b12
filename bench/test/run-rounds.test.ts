import { expect, test } from 'vitest'
import { runRounds } from '../src/run-rounds.ts'
import type { Rounds } from '../src/run-rounds.ts'
import { expectedTally, scenarios } from '../src/scenarios.ts'
import type { ChatScenario } from '../src/scenarios.ts'

const [stream] = scenarios(0.0005).filter((scenario): scenario is ChatScenario => scenario.kind === 'chat')
const whole = stream === undefined ? undefined : expectedTally(stream)

test('lets another candidate begin each round', async () => {
  const samples = await runRounds({ ...rounds(whole), count: 2 })

  expect(
    samples.filter(({ metric }) => metric === 'cpuUsPerDelta').map(({ candidate }) => candidate),
  ).toEqual(['fetch-loop', 'ai-sdk', 'heddle', 'ai-sdk', 'heddle', 'fetch-loop'])
})

test('divides the CPU time by the amount of work', async () => {
  const samples = await runRounds(rounds(whole))

  expect(samples.filter(({ candidate }) => candidate === 'heddle')).toEqual([
    { scenario: 'stream', candidate: 'heddle', round: 1, metric: 'cpuUsPerDelta', value: 100 },
    { scenario: 'stream', candidate: 'heddle', round: 1, metric: 'peakRssMb', value: 7 },
  ])
})

test('counts no figure of a candidate that did less than the work', async () => {
  const lazy = { ...whole, deltas: 9 }

  await expect(runRounds(rounds(whole, lazy))).rejects.toThrow(
    'stream heddle 1 did not do the work: its consumer saw deltas 9 instead of 10.',
  )
})

test('says in one sentence why a candidate failed', async () => {
  const code = { ...rounds(whole).code.chat, heddle: `throw new RangeError('no such luck')` }

  await expect(runRounds({ ...rounds(whole), code: { chat: code, import: '' } })).rejects.toThrow(
    'stream heddle 1 did not finish its work: RangeError: no such luck',
  )
})

/** One round of the stream scenario with clients that only claim what they saw. */
function rounds(tally: unknown, heddleTally: unknown = tally): Rounds {
  const client = (claimed: unknown): string =>
    `console.log(${JSON.stringify(JSON.stringify({ cpuUs: 1000, peakRssMb: 7, tally: claimed }))})`
  return {
    scenarios: stream === undefined ? [] : [stream],
    count: 1,
    code: {
      chat: { 'fetch-loop': client(tally), 'ai-sdk': client(tally), heddle: client(heddleTally) },
      import: '',
    },
    baseUrl: 'http://127.0.0.1:9/v1',
    profileFolder: null,
    onRound: () => {},
  }
}

import { expect, test } from 'vitest'
import { runRounds } from '../src/run-rounds.ts'
import type { Rounds } from '../src/run-rounds.ts'
import { chatScenario, expectedTally, words } from '../src/scenarios/chat-scenario.ts'

const script = { turns: [{ text: words(10) }] }
const whole = expectedTally(script)

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

  await expect(runRounds(rounds(whole, claiming(lazy)))).rejects.toThrow(
    'stream heddle 1 did not do the work: its consumer saw deltas 9 instead of 10.',
  )
})

test('says in one sentence why a candidate failed', async () => {
  await expect(runRounds(rounds(whole, `throw new RangeError('no such luck')`))).rejects.toThrow(
    'stream heddle 1 did not finish its work: RangeError: no such luck',
  )
})

/** The code of a client that only claims what it saw. */
function claiming(tally: unknown): string {
  const figures = { cpuUsPerDelta: 100, peakRssMb: 7 }
  return `console.log(${JSON.stringify(JSON.stringify({ figures, tallies: [whole, tally] }))})`
}

/** One round of a scenario with clients that do nothing. */
function rounds(tally: unknown, heddle: string = claiming(tally)): Rounds {
  const nobody: readonly [string, string] = ['', '']
  const stream = chatScenario({
    name: 'stream',
    clients: { 'fetch-loop': nobody, 'ai-sdk': nobody, heddle: nobody },
    work: { kind: 'throughput', metric: 'cpuUsPerDelta', units: 10 },
    script,
    warmUpScript: script,
    baseUrl: () => 'http://127.0.0.1:9/v1',
  })
  const client = (candidate: string): string => (candidate === 'heddle' ? heddle : claiming(tally))
  return {
    scenarios: [{ ...stream, client }],
    count: 1,
    provider: {} as Rounds['provider'],
    profileFolder: null,
    onRound: () => {},
  }
}

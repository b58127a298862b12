import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { scriptedModel } from '@heddle/testkit'
import type { Fault } from '@heddle/testkit/fake-provider'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

/** The provider is away for a moment, or for good. */
export const outages: readonly FaultRow[] = [
  ...[500, 502, 503, 504, 529].map((status): FaultRow => ({
    row: 'F3',
    name: `${status}, three times`,
    run: (world) => passesBy(world, status),
  })),
  { row: 'F3', name: '503, a hundred times', run: staysAway },
  { row: 'F3', name: '529, another model takes over', run: fallsBack },
  {
    row: 'F15',
    name: 'no such host',
    run: (world) => cannotConnect(world, 'http://nowhere.invalid'),
  },
  {
    row: 'F15',
    name: 'connection refused',
    run: async (world) => cannotConnect(world, `http://127.0.0.1:${await freePort()}`),
  },
  {
    row: 'F15',
    name: 'TLS where there is none',
    async run(world) {
      const { url } = await world.serveTurns({ text: 'never' })
      return cannotConnect(world, url.replace('http:', 'https:'))
    },
  },
]

async function passesBy(world: FaultWorld, status: number): Promise<string> {
  const down: Fault = { kind: 'status', status }
  const provider = await world.serveTurns({ text: 'Back again.', faults: [down, down, down] })
  const ran = await world.run({ model: world.modelOf(provider) })
  mustBeDone(ran, 'Back again.')
  mustEqual(provider.requests.length, 4, 'requests')
  checkBackOff(ran.retryDelaysMs)
  return `waited ${ran.retryDelaysMs.join(', ')} ms, then answered`
}

/** Half a second, one, two …: each at least half of that, never more. */
function checkBackOff(delaysMs: readonly number[]): void {
  for (const [index, delayMs] of delaysMs.entries()) {
    const ceilingMs = 500 * 2 ** index
    must(
      delayMs >= ceilingMs / 2 && delayMs <= ceilingMs,
      `wait ${index + 1} was ${delayMs} ms, not up to ${ceilingMs}`,
    )
  }
}

async function staysAway(world: FaultWorld): Promise<string> {
  const faults = Array.from({ length: 100 }, (): Fault => ({ kind: 'status', status: 503 }))
  const provider = await world.serveTurns({ text: 'never', faults })
  const { result } = await world.run({ model: world.modelOf(provider) })
  must(result.stop.reason === 'failed', `ended ${result.stop.reason} instead of telling`)
  mustEqual(result.stop.error.code, 'model.unavailable', 'error code')
  mustEqual(provider.requests.length, 4, 'requests')
  mustEqual(result.messages.length, 1, 'messages that are kept')
  return `gave up after 4 attempts: "${result.stop.error.message}"`
}

async function fallsBack(world: FaultWorld): Promise<string> {
  const faults = Array.from({ length: 100 }, (): Fault => ({ kind: 'status', status: 529 }))
  const provider = await world.serveTurns({ text: 'never', faults })
  const other = scriptedModel(['The other one weaves on.'], { id: 'scripted/other' })
  const ran = await world.run({
    model: world.modelOf(provider),
    onError: ({ attempt }) => (attempt < 2 ? undefined : { model: other }),
  })
  mustBeDone(ran, 'The other one weaves on.')
  const switches = ran.stored.flatMap((event) =>
    event.type === 'model.switched' ? [[event.from, event.to]] : [],
  )
  mustEqual(switches, [['fake/m', 'scripted/other']], 'switches')
  mustEqual(provider.requests.length, 2, 'requests to the first model')
  return 'switched after 2 attempts'
}

async function cannotConnect(world: FaultWorld, url: string): Promise<string> {
  const { result, retryDelaysMs } = await world.run({ model: world.modelAt(url) })
  must(result.stop.reason === 'failed', `ended ${result.stop.reason} instead of telling`)
  mustEqual(result.stop.error.code, 'model.unavailable', 'error code')
  mustEqual(retryDelaysMs.length, 3, 'retries')
  checkBackOff(retryDelaysMs)
  return `"${result.stop.error.message}"`
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

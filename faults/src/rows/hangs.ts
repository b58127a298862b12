import type { ErrorCode } from '@heddle/core'
import type { Fault } from '@heddle/testkit/fake-provider'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

/** Longer than a vendor's SDK takes to load on a busy machine, because that counts. */
const PATIENCE_MS = 400

/** A provider that takes the request and then says nothing. */
export const hangs: readonly FaultRow[] = [
  {
    row: 'F14',
    name: 'silence before the headers',
    run: (world) => getsOver(world, { kind: 'silence', headers: false }, 'model.first_byte_timeout'),
  },
  {
    row: 'F14',
    name: 'silence after the headers',
    run: (world) => getsOver(world, { kind: 'silence' }, 'model.first_byte_timeout'),
  },
  {
    row: 'F14',
    name: 'silence in the middle',
    run: (world) => getsOver(world, { kind: 'silence', afterDeltas: 2 }, 'model.idle_timeout'),
  },
  {
    row: 'F14',
    name: 'silence every time',
    async run(world) {
      const silence: Fault = { kind: 'silence', afterDeltas: 1 }
      const provider = await world.serveTurns({
        text: ['One ', 'two.'],
        faults: [silence, silence, silence, silence],
      })
      const { result } = await world.run({ model: world.modelOf(provider, { idleTimeoutMs: 100 }) })
      must(result.stop.reason === 'failed', `ended ${result.stop.reason} instead of telling`)
      mustEqual(result.stop.error.code, 'model.idle_timeout', 'error code')
      mustEqual(provider.requests.length, 4, 'requests')
      return `"${result.stop.error.message}"`
    },
  },
]

async function getsOver(world: FaultWorld, fault: Fault, code: ErrorCode): Promise<string> {
  const provider = await world.serveTurns({ text: ['One ', 'two ', 'three.'], faults: [fault] })
  const model = world.modelOf(provider, { firstByteTimeoutMs: PATIENCE_MS, idleTimeoutMs: PATIENCE_MS })
  const ran = await world.run({ model })
  mustBeDone(ran, 'One two three.')
  const codes = ran.stored.flatMap((event) => (event.type === 'model.retried' ? [event.error.code] : []))
  mustEqual(codes, [code], 'reasons for retries')
  return `gave up after ${PATIENCE_MS} ms of silence, asked again`
}

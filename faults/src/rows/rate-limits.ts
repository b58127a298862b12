import type { FakeProvider, Fault } from '@heddle/testkit/fake-provider'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld, Ran } from '../fault-world.ts'

const limited = { kind: 'status', status: 429 } as const

/** Waits that a provider asks for: they are kept, and nonsense among them is not. */
export const rateLimits: readonly FaultRow[] = [
  {
    row: 'F1',
    name: '429, retry-after in seconds',
    run: (world) =>
      waitsFor(world, { ...limited, retryAfter: { form: 'seconds', ms: 2_000 } }, [2_000, 2_200]),
  },
  {
    row: 'F1',
    name: '429, retry-after as a date',
    run: (world) =>
      waitsFor(world, { ...limited, retryAfter: { form: 'date', ms: 60_000 } }, [50_000, 66_000]),
  },
  {
    row: 'F1',
    name: '429, retry-after-ms',
    run: (world) => waitsFor(world, { ...limited, retryAfter: { form: 'ms', ms: 1_250 } }, [1_250, 1_375]),
  },
  {
    row: 'F1',
    name: '429 without a hint',
    run: (world) => waitsFor(world, limited, [250, 500]),
  },
  {
    row: 'F16',
    name: 'retry-after in the past',
    run: (world) => waitsFor(world, { ...limited, retryAfter: { form: 'seconds', ms: -30_000 } }, [0, 500]),
  },
  {
    row: 'F16',
    name: 'retry-after date in the past',
    run: (world) => waitsFor(world, { ...limited, retryAfter: { form: 'date', ms: -3_600_000 } }, [0, 500]),
  },
  {
    row: 'F16',
    name: 'retry-after that is no time',
    run: (world) => waitsFor(world, { ...limited, headers: { 'retry-after': 'soon' } }, [250, 500]),
  },
  {
    row: 'F16',
    name: 'retry-after of ten days',
    async run(world) {
      const provider = await answeredAfter(world, {
        ...limited,
        retryAfter: { form: 'seconds', ms: 864_000_000 },
      })
      const { result } = await world.run({ model: world.modelOf(provider) })
      must(result.stop.reason === 'failed', `ended ${result.stop.reason} instead of giving up`)
      mustEqual(result.stop.error.code, 'model.rate_limited', 'error code')
      mustEqual(provider.requests.length, 1, 'requests')
      return 'gave up at once instead of waiting ten days'
    },
  },
]

function answeredAfter(world: FaultWorld, fault: Fault): Promise<FakeProvider> {
  return world.serveTurns({ text: 'The cloth is done.', faults: [fault] })
}

async function waitsFor(
  world: FaultWorld,
  fault: Fault,
  [leastMs, mostMs]: [number, number],
): Promise<string> {
  const provider = await answeredAfter(world, fault)
  const ran = await world.run({ model: world.modelOf(provider) })
  mustBeDone(ran, 'The cloth is done.')
  mustEqual(provider.requests.length, 2, 'requests')
  const [delayMs = -1] = ran.retryDelaysMs
  must(delayMs >= leastMs && delayMs <= mostMs, `waited ${delayMs} ms, not ${leastMs} to ${mostMs}`)
  return `waited ${delayMs} ms, then answered`
}

/** @throws Lost unless the run answered with exactly this text. */
export function mustBeDone({ result }: Ran, text: string): void {
  const why = result.stop.reason === 'failed' ? `: ${result.stop.error.message}` : ''
  must(result.stop.reason === 'done', `ended ${result.stop.reason}${why}`)
  mustEqual(result.text, text, 'text of the answer')
}

import type { ErrorCode } from '@heddle/core'
import type { FakeTurn, Fault } from '@heddle/testkit/fake-provider'
import { echoTool } from '../echo-tool.ts'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

/** Refusals that no retry mends: said at once, and the run can be taken up when somebody has acted. */
export const refusals: readonly FaultRow[] = [
  {
    row: 'F2',
    name: '401, wrong key',
    run: (world) => resumable(world, { kind: 'status', status: 401 }, 'model.auth'),
  },
  {
    row: 'F2',
    name: '403, not allowed',
    run: (world) => resumable(world, { kind: 'status', status: 403 }, 'model.auth'),
  },
  {
    row: 'F2',
    name: '402, no credit',
    run: (world) => resumable(world, { kind: 'status', status: 402 }, 'model.spend_limit'),
  },
  {
    row: 'F2',
    name: '429, spending cap',
    run: (world) => resumable(world, { kind: 'status', status: 429, reason: 'quota' }, 'model.spend_limit'),
  },
  {
    row: 'F13',
    name: '400, the prompt is too long',
    run: (world) =>
      resumable(world, { kind: 'status', status: 400, reason: 'overflow' }, 'model.context_overflow'),
  },
]

/** The refusal hits the second turn: the first one's work must outlive it. */
async function resumable(world: FaultWorld, fault: Fault, code: ErrorCode): Promise<string> {
  const first: FakeTurn = { toolCalls: [{ name: 'echo', arguments: { text: 'warp' } }] }
  const provider = await world.serveTurns(first, { text: 'Both threads are in.', faults: [fault] })
  const echo = echoTool()
  const order = { model: world.modelOf(provider), tools: [echo.tool] }

  const refused = await world.run(order)
  const { stop, messages } = refused.result
  must(stop.reason === 'failed', `ended ${stop.reason} instead of telling`)
  mustEqual(stop.error.code, code, 'error code')
  mustEqual([refused.retryDelaysMs.length, provider.requests.length], [0, 2], 'retries and requests')

  const resumed = await world.run({ ...order, messages })
  mustBeDone(resumed, 'Both threads are in.')
  mustEqual(echo.heard, ['warp'], 'what the tool was asked')
  mustEqual(resumed.result.messages.length, messages.length + 1, 'messages after taking it up again')
  return `"${stop.error.message}"; taken up again later`
}

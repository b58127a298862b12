import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { countingConsumer } from './candidate.ts'
import type { Candidate, Consumer } from './candidate.ts'
import { heldHeap } from './held-heap.ts'
import type { Job, Measurement } from './run-job.ts'

/** The task once, by a consumer who stands still in the middle. */
export interface StallWork {
  readonly kind: 'stall'
  /** How many deltas it takes before. */
  readonly afterDeltas: number
  readonly stallMs: number
}

/**
 * How much of the answer the process has taken from the network, and how much memory it holds, at the end of the
 * stall. What waits in the buffers of the operating system is not in either: nobody pulled it.
 */
export async function measureStall(
  candidate: Candidate,
  { warmUp, task, work }: Job<StallWork>,
): Promise<Measurement> {
  const bytesRead = countBytesRead()
  await candidate(warmUp, countingConsumer().consumer)

  const { tally, consumer } = countingConsumer()
  const bytesBefore = bytesRead()
  const heldBefore = await heldHeap()
  let pulledBytes = 0
  let heldBytes = 0
  const stall = async (): Promise<void> => {
    await sleep(work.stallMs)
    pulledBytes = bytesRead() - bytesBefore
    heldBytes = (await heldHeap()) - heldBefore
  }
  const stalling: Consumer = {
    ...consumer,
    onText(delta) {
      void consumer.onText(delta)
      return tally.deltas === work.afterDeltas ? stall() : undefined
    },
  }
  await candidate(task, stalling)

  const figures = {
    pulledPercent: (100 * pulledBytes) / (bytesRead() - bytesBefore),
    heldMb: heldBytes / 2 ** 20,
  }
  return { figures, tallies: [tally] }
}

/** Follows the connections that this process opens from now on. */
function countBytesRead(): () => number {
  const sockets: Socket[] = []
  subscribe('net.client.socket', (message) => {
    sockets.push((message as { socket: Socket }).socket)
  })
  return () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0)
}

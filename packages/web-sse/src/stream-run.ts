import type { Run, RunEvent } from '@heddle/core'
import type { SseResponse } from './sse-response.ts'

/**
 * Writes what a run tells, one write for each batch. The run goes on only as fast as the client reads:
 * nothing is asked of it while the socket is full.
 *
 * @param encode - The frames of a batch; empty when it holds nothing for this client.
 */
export async function streamRun(
  run: Run,
  sse: SseResponse,
  encode: (batch: readonly RunEvent[]) => string,
): Promise<void> {
  for await (const batch of run.batches()) {
    const frames = encode(batch)
    if (frames === '') continue
    const drained = sse.write(frames)
    if (drained) await drained
  }
}

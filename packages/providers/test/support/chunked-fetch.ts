import type { Fetch } from '../../src/compatible.ts'

/** A `fetch` that answers with an event stream in exactly these network reads. */
export function chunkedFetch(reads: readonly Uint8Array[]): Fetch {
  return () =>
    Promise.resolve(
      new Response(ReadableStream.from<Uint8Array>(reads), {
        headers: { 'content-type': 'text/event-stream' },
      }),
    )
}

/** The same bytes in two reads. */
export function splitAt(bytes: Uint8Array, at: number): readonly Uint8Array[] {
  return [bytes.subarray(0, at), bytes.subarray(at)]
}

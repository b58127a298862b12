import type { Readable } from 'node:stream'
import type { ReplyBody } from '../wire/reply.ts'

/** A {@link ReplyBody}, from the side of the connection. */
export interface PulledBody extends ReplyBody {
  /** Ends the reading with an error; without effect once the answer is over. */
  fail(error: unknown): void
}

/** How much is taken from the connection while nobody reads, in bytes; about one read of a socket. */
const MAX_HELD_BYTES = 64 * 1024

/**
 * Reads a Node stream without a web stream between. One read from the network may hold many pieces; whoever
 * waits gets them all together. Pieces are heard rather than asked for, which spares the stream's own turns of
 * the event loop; who does not come for them holds the stream back.
 *
 * @param close - Closes the connection.
 */
export function pulledBody(stream: Readable, close: () => void): PulledBody {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let isOver = false
  let failure: { readonly error: unknown } | undefined
  let wake = (): void => {}

  const fail = (error: unknown): void => {
    if (!isOver) failure ??= { error }
    wake()
  }
  const take = (): Uint8Array => {
    const [first = new Uint8Array(), ...more] = held
    const bytes = more.length === 0 ? first : Buffer.concat(held, heldBytes)
    held = []
    heldBytes = 0
    if (stream.isPaused()) stream.resume()
    return bytes
  }
  stream.on('data', (bytes: Uint8Array) => {
    held.push(bytes)
    heldBytes += bytes.length
    if (heldBytes >= MAX_HELD_BYTES) stream.pause()
    wake()
  })
  stream.on('end', () => {
    isOver = true
    wake()
  })
  stream.on('error', fail)
  stream.on('close', () => fail(new Error('The connection was closed')))

  return {
    get isOver() {
      return isOver && held.length === 0
    },
    fail,
    async read() {
      for (;;) {
        if (held.length > 0) return take()
        if (failure !== undefined) throw failure.error
        if (isOver) return null
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    cancel() {
      if (isOver) return
      fail(new Error('The connection was given up'))
      close()
    },
  }
}

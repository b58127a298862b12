import type { Readable } from 'node:stream'
import type { ReplyBody } from '../wire/reply.ts'

/** A {@link ReplyBody}, from the side of the connection. */
export interface PulledBody extends ReplyBody {
  /** Ends the reading with an error; without effect once the answer is over. */
  fail(error: unknown): void
}

/**
 * Reads a Node stream without a web stream between. One read from the network may hold many pieces; whoever
 * waits gets them all together. The stream itself holds back what is not wanted yet.
 *
 * @param close - Closes the connection.
 */
export function pulledBody(stream: Readable, close: () => void): PulledBody {
  let isOver = false
  let failure: { readonly error: unknown } | undefined
  let wake = (): void => {}

  const fail = (error: unknown): void => {
    if (!isOver) failure ??= { error }
    wake()
  }
  stream.on('readable', () => wake())
  stream.on('end', () => {
    isOver = true
    wake()
  })
  stream.on('error', fail)
  stream.on('close', () => fail(new Error('The connection was closed')))

  return {
    fail,
    async read() {
      for (;;) {
        const bytes = stream.read() as Uint8Array | null
        if (bytes !== null) return bytes
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

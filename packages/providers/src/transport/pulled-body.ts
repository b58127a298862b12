import type { Readable } from 'node:stream'
import type { ReplyBody } from '../wire/reply.ts'

/** A {@link ReplyBody}, from the side of the connection. */
export interface PulledBody extends ReplyBody {
  /** Ends the reading with an error; without effect once the answer is over. */
  fail(error: unknown): void
}

/** What may wait here for a reader before the stream is stopped; in bytes. As much as Node's streams hold themselves. */
const MAX_WAITING_BYTES = 64 * 1024

/**
 * Reads a Node stream without a web stream between.
 *
 * One read from the network may hold many pieces, which the stream tells one after the other; whoever
 * waits is woken after the last of them and gets them all.
 *
 * @param close - Closes the connection.
 */
export function pulledBody(stream: Readable, close: () => void): PulledBody {
  let pieces: Uint8Array[] = []
  let waitingBytes = 0
  let isOver = false
  let failure: { readonly error: unknown } | undefined
  let wake: (() => void) | undefined

  const fail = (error: unknown): void => {
    if (isOver) return
    failure ??= { error }
    wake?.()
  }
  stream.on('data', (piece: Uint8Array) => {
    pieces.push(piece)
    waitingBytes += piece.length
    if (waitingBytes > MAX_WAITING_BYTES) stream.pause()
    wake?.()
  })
  stream.on('end', () => {
    isOver = true
    wake?.()
  })
  stream.on('error', fail)
  stream.on('close', () => fail(new Error('The connection was closed')))

  const take = (): Uint8Array | null => {
    const [first, ...more] = pieces
    if (first === undefined) return null
    const bytes = more.length === 0 ? first : joined(pieces, waitingBytes)
    pieces = []
    waitingBytes = 0
    if (stream.isPaused()) stream.resume()
    return bytes
  }

  return {
    fail,
    async read() {
      while (pieces.length === 0 && !isOver && failure === undefined) {
        await new Promise<void>((resolve) => (wake = resolve))
        wake = undefined
      }
      const bytes = take()
      if (bytes === null && failure !== undefined) throw failure.error
      return bytes
    },
    cancel() {
      if (isOver) return
      fail(new Error('The connection was given up'))
      close()
    },
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

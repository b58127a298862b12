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
  return new Pulled(stream, close)
}

class Pulled implements PulledBody {
  private readonly stream: Readable
  private readonly close: () => void
  private held: Uint8Array[] = []
  private heldBytes = 0
  private hasEnded = false
  private failure: { readonly error: unknown } | null = null
  private wake: (() => void) | null = null

  constructor(stream: Readable, close: () => void) {
    this.stream = stream
    this.close = close
    stream.on('data', (bytes: Uint8Array) => this.hold(bytes))
    stream.on('end', () => {
      this.hasEnded = true
      this.wake?.()
    })
    stream.on('error', (error) => this.fail(error))
    stream.on('close', () => {
      if (!this.hasEnded) this.fail(new Error('The connection was closed'))
    })
  }

  get isOver(): boolean {
    return this.hasEnded && this.held.length === 0
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.held.length > 0) return this.take()
      if (this.failure !== null) throw this.failure.error
      if (this.hasEnded) return null
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  fail(error: unknown): void {
    if (!this.hasEnded) this.failure ??= { error }
    this.wake?.()
  }

  cancel(): void {
    if (this.hasEnded) return
    this.fail(new Error('The connection was given up'))
    this.close()
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes)
    this.heldBytes += bytes.length
    if (this.heldBytes >= MAX_HELD_BYTES) this.stream.pause()
    this.wake?.()
  }

  private take(): Uint8Array {
    const { held, heldBytes, stream } = this
    this.held = []
    this.heldBytes = 0
    if (stream.isPaused()) stream.resume()
    const [first] = held
    return first !== undefined && held.length === 1 ? first : Buffer.concat(held, heldBytes)
  }
}

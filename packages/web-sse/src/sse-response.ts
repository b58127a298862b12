import type { ServerResponse } from 'node:http'

/** What {@link openSse} is told. */
export interface SseOptions {
  /** Milliseconds of silence after which a comment is sent; 0 sends none. */
  readonly keepAliveMs: number
  /** Sent besides the headers of every event stream. */
  readonly headers?: Readonly<Record<string, string>>
}

/** An open stream of server-sent events. */
export interface SseResponse {
  /**
   * Writes whole frames.
   *
   * @returns Nothing while the socket takes more; else a promise that resolves, and never rejects, when it
   *   does again or the client is gone. Wait for it before the next call, or memory fills.
   */
  write(frames: string): Promise<void> | undefined
  /** Writes the last frames and closes the stream. */
  end(frames?: string): void
}

/** Proxies must neither keep nor compress the stream: both would hold frames back. */
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const

/**
 * A signal that aborts when the connection closes, whether the answer was complete or the client left.
 * Make it before the first wait, so that no client leaves unnoticed.
 */
export function closeSignal(response: ServerResponse): AbortSignal {
  const closed = new AbortController()
  if (response.destroyed) closed.abort()
  else response.once('close', () => closed.abort())
  return closed.signal
}

/** Sends the headers and the first comment, and keeps the connection alive until it ends or closes. */
export function openSse(response: ServerResponse, options: SseOptions): SseResponse {
  const { keepAliveMs } = options
  if (!response.destroyed) {
    response.writeHead(200, { ...HEADERS, ...options.headers })
    response.write(': stream-open\n\n')
  }

  const keepAlive = keepAliveMs > 0 ? setInterval(sendComment, keepAliveMs) : null
  response.once('close', stop)

  // A full socket is not idle: it has more to say than the client takes.
  function sendComment(): void {
    if (!response.destroyed && !response.writableNeedDrain) response.write(': keep-alive\n\n')
  }
  function stop(): void {
    if (keepAlive) clearInterval(keepAlive)
  }
  return {
    write(frames) {
      if (response.destroyed) return undefined
      keepAlive?.refresh()
      return response.write(frames) ? undefined : drained(response)
    },
    end(frames) {
      stop()
      if (!response.destroyed) response.end(frames)
    },
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const proceed = (): void => {
      response.off('drain', proceed)
      response.off('close', proceed)
      resolve()
    }
    response.on('drain', proceed)
    response.on('close', proceed)
  })
}

/** As much of an answer as the wires read, whatever carried it here. */
export interface Reply {
  readonly status: number
  /** Asked for by lower-case names. */
  readonly headers: ReplyHeaders
  /** `null` when the answer has none. */
  readonly body: ReplyBody | null
  /** False while bytes of the request may still be on their way, so that they must not be changed. */
  readonly isRequestSent: boolean
}

export interface ReplyHeaders {
  /** The value, or nothing when there is none. */
  get(name: string): string | null | undefined
}

/** An answer's bytes, taken as they are wanted: what is not read is left to the other side after a while. */
export interface ReplyBody {
  /** True once the end was read; false also where nobody knows before the next read. */
  readonly isOver: boolean
  /**
   * Waits for more; one call at a time.
   *
   * @returns What has arrived, never empty; `null` at the end.
   * @throws Whatever broke the connection, also after `cancel`.
   */
  read(): Promise<Uint8Array | null>
  /** Closes the connection, unless the answer is over. */
  cancel(): void
}

/** An answer of a `fetch`, which keeps nothing of the bytes that it was given. */
export function replyOf(response: Response): Reply {
  const { status, headers, body } = response
  return { status, headers, body: body && bodyOf(body), isRequestSent: true }
}

function bodyOf(stream: ReadableStream<Uint8Array>): ReplyBody {
  const reader = stream.getReader()
  let isOver = false
  return {
    get isOver() {
      return isOver
    },
    async read() {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) {
          isOver = true
          return null
        }
        if (value.length > 0) return value
      }
    },
    cancel: () => void reader.cancel().catch(() => {}),
  }
}

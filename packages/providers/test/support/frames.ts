/** Frames of a Chat Completions stream, with its end mark. */
export function chatFrames(...chunks: readonly unknown[]): string {
  return `${chunks.map((chunk) => `data: ${text(chunk)}\n\n`).join('')}data: [DONE]\n\n`
}

/** Frames of a Messages stream: the event's name is its type. */
export function messageFrames(...events: readonly unknown[]): string {
  return events
    .map((event) => {
      const data = text(event)
      return `event: ${(JSON.parse(data) as { type: string }).type}\ndata: ${data}\n\n`
    })
    .join('')
}

/** Frames of a Gemini stream: neither names nor an end mark. */
export function contentFrames(...chunks: readonly unknown[]): string {
  return chunks.map((chunk) => `data: ${text(chunk)}\n\n`).join('')
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A chunk with one choice. */
export function chunk(delta: object, more: object = {}): object {
  return {
    id: 'c',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  }
}

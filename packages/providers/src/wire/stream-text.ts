/** Bytes of UTF-8 as they arrive, cut anywhere, to text. One per stream. */
export interface StreamText {
  /** @returns What the bytes complete; a byte order mark at the beginning of the stream is left out. */
  take(bytes: Uint8Array): string
  /** @returns What is left at the end: U+FFFD for half a character. */
  end(): string
}

/** It keeps nothing from one piece to the next, so that all streams can share it. */
const WHOLE = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Nearly every piece ends with a line, so that no character is cut. Such pieces need no decoder of their own,
 * which costs as much to make as some kilobytes to decode.
 */
export function streamText(): StreamText {
  return new Decoding()
}

class Decoding implements StreamText {
  private own: InstanceType<typeof TextDecoder> | null = null
  private holdsPart = false
  private isFirst = true

  take(bytes: Uint8Array): string {
    const text = this.decode(bytes)
    if (!this.isFirst || text === '') return text
    this.isFirst = false
    return text.startsWith('\uFEFF') ? text.slice(1) : text
  }

  end(): string {
    return this.own?.decode() ?? ''
  }

  private decode(bytes: Uint8Array): string {
    if (bytes.length === 0) return ''
    const endsWhole = (bytes.at(-1) ?? 0) < 0x80
    if (!this.holdsPart && endsWhole) return WHOLE.decode(bytes)
    this.own ??= new TextDecoder('utf-8', { ignoreBOM: true })
    this.holdsPart = !endsWhole
    return this.own.decode(bytes, { stream: true })
  }
}

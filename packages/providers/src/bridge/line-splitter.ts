/** Cuts output into lines. */
export interface LineSplitter {
  /** @returns The lines that ended in these bytes, without their ends. */
  take(bytes: Uint8Array): string[]
  /** @returns What stood after the last line's end. */
  end(): string
  /** How much of a line is waiting for its end, in UTF-16 units. */
  readonly held: number
}

export function lineSplitter(): LineSplitter {
  const utf8 = new TextDecoder()
  let pieces: string[] = []
  let held = 0
  return {
    take(bytes) {
      const lines = utf8.decode(bytes, { stream: true }).split('\n')
      const rest = lines.pop() ?? ''
      if (lines.length > 0) {
        lines[0] = pieces.join('') + (lines[0] ?? '')
        pieces = []
        held = 0
      }
      if (rest !== '') pieces.push(rest)
      held += rest.length
      return lines
    },
    end: () => pieces.join('') + utf8.decode(),
    get held() {
      return held
    },
  }
}

import { cutText, formatBytes } from './shown-text.ts'
import { plainText } from './plain-text.ts'

/**
 * Bytes kept at each end. Four times the characters shown: room for UTF-8 and for terminal codes that are
 * taken out afterwards.
 */
const BYTES_PER_SHOWN_CHAR = 4
/** The end of an output says more than its start: that is where errors stand. */
const HEAD_SHARE = 1 / 3

/** The first and the last part of an output of any length, in constant memory. */
export interface OutputWindow {
  push(chunk: Uint8Array): void
  totalBytes(): number
  /** The output as plain text: all of it, or its start and end with a note between them of how much is missing. */
  render(): string
  /** The last `maxChars` characters so far, for a look at a running command. */
  renderEnd(maxChars: number): string
}

/** @param maxChars - Most characters that `render` gives, the note not counted. */
export function outputWindow(maxChars: number): OutputWindow {
  const head = Buffer.allocUnsafe(maxChars * BYTES_PER_SHOWN_CHAR)
  const ring = Buffer.allocUnsafe(maxChars * BYTES_PER_SHOWN_CHAR)
  let total = 0

  const headLength = (): number => Math.min(total, head.length)
  const ringTotal = (): number => total - headLength()

  /** What came after the head, as far as it is kept, oldest first. */
  const tail = (): Buffer => {
    const at = ringTotal() % ring.length
    return ringTotal() <= ring.length
      ? ring.subarray(0, ringTotal())
      : Buffer.concat([ring.subarray(at), ring.subarray(0, at)])
  }

  const all = (): Buffer => Buffer.concat([head.subarray(0, headLength()), tail()])

  return {
    push(chunk) {
      const toHead = chunk.subarray(0, Math.max(0, head.length - total))
      head.set(toHead, headLength())
      total += toHead.length
      writeRing(ring, ringTotal(), chunk.subarray(toHead.length))
      total += chunk.length - toHead.length
    },
    totalBytes: () => total,
    render() {
      const isWhole = ringTotal() <= ring.length
      const start = plainText(isWhole ? all() : head)
      const end = isWhole ? start : plainText(tail())
      if (isWhole && start.length <= maxChars) return start
      const firstPart = cutAtLine(start, Math.floor(maxChars * HEAD_SHARE))
      const lastPart = cutStartAtLine(end, maxChars - Math.floor(maxChars * HEAD_SHARE))
      const missing = total - Buffer.byteLength(firstPart) - Buffer.byteLength(lastPart)
      const note = `[${formatBytes(missing)} of ${formatBytes(total)} left out here; use head, tail or grep, or write to a file, to see them]`
      return `${firstPart.replace(/\n$/, '')}\n${note}\n${lastPart}`
    },
    renderEnd: (wanted) => cutStartAtLine(plainText(ringTotal() > 0 ? tail() : all()), wanted),
  }
}

/** Writes so that the byte with number `n` since the start lies at `n % ring.length`. */
function writeRing(ring: Buffer, written: number, chunk: Uint8Array): void {
  const kept = chunk.subarray(Math.max(0, chunk.length - ring.length))
  const at = (written + chunk.length - kept.length) % ring.length
  const untilEnd = kept.subarray(0, ring.length - at)
  ring.set(untilEnd, at)
  ring.set(kept.subarray(untilEnd.length), 0)
}

/** The start of a text, whole lines where that costs at most half of it. */
function cutAtLine(text: string, maxChars: number): string {
  const cut = cutText(text, maxChars)
  const lineEnd = cut.lastIndexOf('\n') + 1
  return cut.length < text.length && lineEnd > maxChars / 2 ? cut.slice(0, lineEnd) : cut
}

/** The end of a text, likewise. */
function cutStartAtLine(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const cut = text.slice(-maxChars).replace(/^[\uDC00-\uDFFF]/, '')
  const lineStart = cut.indexOf('\n') + 1
  return lineStart > 0 && lineStart < maxChars / 2 ? cut.slice(lineStart) : cut
}

import type { FileHandle } from 'node:fs/promises'
import { cutText } from './shown-text.ts'

/** Which part of a file is wanted, and how much of it at most. */
export interface WindowRequest {
  /** Number of the first line, from 1. */
  readonly firstLine: number
  readonly maxLines: number
  /** UTF-8 bytes of all shown lines; the first line is shown even if it is longer. */
  readonly maxBytes: number
  readonly maxLineChars: number
  /** Size up to which the lines after the window are counted, too. */
  readonly countUpToBytes: number
  readonly signal: AbortSignal
}

/** Some lines of a file. */
export interface LineWindow {
  /** Without line ends; a cut one says so at its end. */
  readonly lines: readonly string[]
  /** Lines of the whole file; `null` when they were not counted, because the file is large. */
  readonly totalLines: number | null
  /** False when bytes that are not UTF-8 are shown as U+FFFD. */
  readonly isUtf8: boolean
}

/** A NUL in this much of a file's start makes it binary, as git has it. */
const BINARY_CHECK_BYTES = 8_000
const CHUNK_BYTES = 256 * 1024
/** The longest UTF-8 form of one UTF-16 unit. */
const BYTES_PER_CHAR = 3
const LINE_FEED = 10

/**
 * Reads some lines without ever holding more than one chunk and the lines themselves.
 *
 * @param handle - At the start of the file.
 * @returns `null` for a binary file.
 */
export async function readWindow(handle: FileHandle, request: WindowRequest): Promise<LineWindow | null> {
  const collector = lineCollector(request)
  const { size } = await handle.stat()
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size + 1))
  for (let isFirst = true; ; isFirst = false) {
    request.signal.throwIfAborted()
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null)
    const bytes = chunk.subarray(0, bytesRead)
    if (isFirst && bytes.subarray(0, BINARY_CHECK_BYTES).includes(0)) return null
    if (bytesRead === 0) return collector.end()
    collector.push(bytes)
    if (collector.isFull() && size > request.countUpToBytes) return { ...collector.end(), totalLines: null }
  }
}

interface LineCollector {
  push(bytes: Buffer): void
  /** True when nothing more will be shown. */
  isFull(): boolean
  end(): LineWindow
}

function lineCollector(request: WindowRequest): LineCollector {
  // One more for the carriage return before the line feed.
  const maxKeptBytes = request.maxLineChars * BYTES_PER_CHAR + 1
  const lines: string[] = []
  let isUtf8 = true
  let shownBytes = 0
  let lineNumber = 1
  let lineBytes = 0
  let kept: Buffer[] = []
  let keptBytes = 0
  let isFull = false

  const keep = (bytes: Buffer): void => {
    const room = Math.min(bytes.length, maxKeptBytes - keptBytes)
    if (isFull || lineNumber < request.firstLine || room <= 0) return
    // The chunk is used again for the next read.
    kept.push(Buffer.from(bytes.subarray(0, room)))
    keptBytes += room
  }

  const finishLine = (): void => {
    if (!isFull && lineNumber >= request.firstLine) {
      const line = decodeLine(
        { bytes: Buffer.concat(kept), lineBytes, isFirst: lineNumber === 1 },
        request.maxLineChars,
      )
      const size = Buffer.byteLength(line.text) + 1
      if (lines.length > 0 && shownBytes + size > request.maxBytes) {
        isFull = true
      } else {
        lines.push(line.text)
        shownBytes += size
        isUtf8 &&= line.isUtf8
        isFull = lines.length >= request.maxLines
      }
    }
    lineNumber++
    lineBytes = 0
    kept = []
    keptBytes = 0
  }

  return {
    push(bytes) {
      for (let from = 0; from < bytes.length;) {
        const lineFeed = bytes.indexOf(LINE_FEED, from)
        const end = lineFeed === -1 ? bytes.length : lineFeed
        keep(bytes.subarray(from, end))
        lineBytes += end - from
        if (lineFeed !== -1) finishLine()
        from = end + 1
      }
    },
    isFull: () => isFull,
    end() {
      if (lineBytes > 0) finishLine()
      return { lines, totalLines: lineNumber - 1, isUtf8 }
    },
  }
}

interface RawLine {
  /** The line's start, as much as can be shown. */
  readonly bytes: Buffer
  readonly lineBytes: number
  readonly isFirst: boolean
}

function decodeLine(line: RawLine, maxChars: number): { readonly text: string; readonly isUtf8: boolean } {
  const isWhole = line.bytes.length === line.lineBytes
  // The byte order mark is no part of the text, but only at the start of the file.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: !line.isFirst })
  // Streaming leaves out a character that the cut went through.
  const decoded = decoder.decode(line.bytes, { stream: !isWhole })
  const text = isWhole && decoded.endsWith('\r') ? decoded.slice(0, -1) : decoded
  const isUtf8 = !decoded.includes('\uFFFD') || line.bytes.includes('\uFFFD')
  if (isWhole && text.length <= maxChars) return { text, isUtf8 }
  return { text: `${cutText(text, maxChars)}… [cut; the line has ${line.lineBytes} bytes]`, isUtf8 }
}

import type { Readable } from 'node:stream'
import { binaryInput, inputTooLong, MAX_STDIN_BYTES, unreadableInput } from './read-stdin.ts'

/**
 * Standard input, line by line as it comes, without the line ends; nothing is read ahead of what is wanted
 * but the rest of a chunk.
 *
 * @param signal - When it aborts the lines are over.
 * @throws ConfigError `config.invalid` when it is binary, has a line of more than 10 MB, or cannot be read.
 */
export async function* readLines(
  stdin: Readable,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  // Also drops a byte order mark, and puts characters together that two chunks share.
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunksOf(stdin, signal)) {
    if (chunk.includes(0)) throw binaryInput()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_STDIN_BYTES) throw inputTooLong()
    for (const line of lines) yield withoutReturn(line)
  }
  rest += decoder.decode()
  if (rest !== '' && !signal.aborted) yield withoutReturn(rest)
}

async function* chunksOf(stdin: Readable, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const leave = (): void => void stdin.destroy()
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  try {
    yield* stdin as AsyncIterable<Buffer>
  } catch (thrown) {
    if (!signal.aborted) throw unreadableInput(thrown)
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

import { fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { ConfigError, messageOf } from '@heddle/core'

/** More would fit into no model; `git diff` of a large change has a few MB. */
export const MAX_STDIN_BYTES: number = 10_000_000

/** How long silence is borne. */
export interface Patience {
  /** Milliseconds of silence after which {@link Patience.onSilence} is told, once. */
  readonly noticeMs: number
  readonly onSilence: () => void
  /** Milliseconds of silence from the start until reading is given up; null never. Once anything came, the end is awaited. */
  readonly giveUpMs: number | null
}

/**
 * Reads standard input to its end.
 *
 * @returns The text (UTF-8; a byte order mark is dropped), or null when `patience` was over before anything came.
 * @throws ConfigError `config.invalid` when it is binary, longer than 10 MB, or cannot be read.
 */
export async function readStdin(stdin: Readable, patience: Patience): Promise<string | null> {
  const bytes = await readBytes(stdin, patience)
  if (bytes === null) return null
  if (bytes.includes(0)) {
    throw binaryInput()
  }
  return new TextDecoder().decode(bytes)
}

function readBytes(stdin: Readable, patience: Patience): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const notice = setTimeout(patience.onSilence, patience.noticeMs)
    const giveUp =
      patience.giveUpMs === null
        ? undefined
        : setTimeout(() => settle(() => resolve(null)), patience.giveUpMs)
    const stopTimers = (): void => {
      clearTimeout(notice)
      clearTimeout(giveUp)
    }
    const settle = (act: () => void): void => {
      stopTimers()
      stdin.removeAllListeners()
      stdin.on('error', () => {})
      // An open pipe that nobody reads any more must not keep the process alive.
      stdin.destroy()
      act()
    }
    stdin.on('data', (chunk: Buffer) => {
      stopTimers()
      chunks.push(chunk)
      length += chunk.length
      if (length > MAX_STDIN_BYTES) settle(() => reject(inputTooLong()))
    })
    stdin.on('end', () => settle(() => resolve(Buffer.concat(chunks))))
    stdin.on('error', (error) => settle(() => reject(unreadableInput(error))))
  })
}

export function binaryInput(): ConfigError {
  return new ConfigError('config.invalid', 'Standard input is binary; only text can be added to a prompt.')
}

export function inputTooLong(): ConfigError {
  return new ConfigError(
    'config.invalid',
    `Standard input is longer than ${MAX_STDIN_BYTES / 1_000_000} MB; put it into a file and name the file in the prompt.`,
  )
}

export function unreadableInput(cause: unknown): ConfigError {
  return new ConfigError('config.invalid', `Standard input cannot be read: ${messageOf(cause)}.`, { cause })
}

/**
 * How long to wait for the first byte of standard input when there is a prompt as well, in milliseconds.
 * Programs that start us often leave a pipe open that will never say anything. What such a program makes
 * is usually a socket pair; a shell's pipeline is a FIFO, whose other end may be a slow command.
 *
 * @returns null to wait for ever: a file always ends.
 */
export function stdinPatienceMs(fileDescriptor = 0): number | null {
  const status = fstatSync(fileDescriptor)
  if (status.isSocket()) return 3_000
  return status.isFIFO() ? 10_000 : null
}

/**
 * The one prompt that a run is given: what was typed, a blank line, and what was piped in as a fenced block.
 *
 * @param typed - Arguments joined; may be empty.
 * @param piped - Standard input; white space alone counts as nothing. Without `typed` it is the prompt itself.
 * @throws ConfigError `config.invalid` when both are empty.
 */
export function composePrompt(typed: string, piped: string): string {
  const hasTyped = typed.trim() !== ''
  if (piped.trim() === '') {
    if (hasTyped) return typed
    throw new ConfigError(
      'config.invalid',
      'There is nothing to do: give a prompt, as in `heddle "Find all TODO comments"`, or pipe one in.',
    )
  }
  if (!hasTyped) return piped.trimEnd()
  const longestRun = Math.max(2, ...Array.from(piped.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longestRun + 1)
  return `${typed.trimEnd()}\n\n${fence}\n${piped}${piped.endsWith('\n') ? '' : '\n'}${fence}`
}

import { readFileSync } from 'node:fs'
import { ConfigError, isJsonObject, messageOf } from '@heddle/core'
import type { ErrorJson, JsonObject, JsonValue, ModelEvent, ModelInfo } from '@heddle/core'

/**
 * The first line of a recording. The others are {@link PartLine}s and {@link AnswerLine}s: what a request is made of is
 * written once, where it first appears, so that a file grows with what was said and not with its square.
 */
export interface HeaderLine {
  readonly recording: typeof RECORDING_VERSION
  readonly model: string
  readonly info: ModelInfo
}

/** A message, the instructions, the tools: named by the beginning of its digest. */
export interface PartLine {
  readonly part: string
  readonly value: JsonValue
}

/** A request and what the model answered. */
export interface AnswerLine {
  /** SHA-256 of the comparable request. */
  readonly digest: string
  readonly request: StoredRequest
  /** As they came, one array per network read. */
  readonly batches: readonly (readonly ModelEvent[])[]
  readonly end: AnswerEnd
}

/** A comparable request whose large members are names of parts. */
export interface StoredRequest {
  readonly messages: readonly string[]
  readonly instructions: string
  readonly tools: string
  /** All other members, as they are. */
  readonly settings: JsonObject
}

/** How an answer ended: by itself, by an error of the model's, or because its reader left or aborted. */
export type AnswerEnd = 'whole' | 'left' | { readonly error: ErrorJson }

/** Of the format of these files. */
export const RECORDING_VERSION = 1

/** What a file holds, up to its last whole line. */
export interface Recording {
  /** `null`: nothing is in the file yet. */
  readonly header: HeaderLine | null
  readonly parts: Map<string, JsonValue>
  readonly answers: AnswerLine[]
  /** Length of the whole lines, in bytes; what follows was cut off by a crash. */
  readonly wholeBytes: number
}

/**
 * Reads a recording; a line that a crash cut off is left out.
 *
 * @returns `null` when there is no such file.
 * @throws ConfigError `config.invalid` when the file cannot be read, or is something else.
 */
export function readRecording(file: string): Recording | null {
  const bytes = readBytes(file)
  if (!bytes) return null
  const wholeBytes = bytes.lastIndexOf('\n') + 1
  const recording = {
    header: null as HeaderLine | null,
    parts: new Map<string, JsonValue>(),
    answers: [] as AnswerLine[],
    wholeBytes,
  }
  const lines = bytes.toString('utf8', 0, wholeBytes).split('\n').slice(0, -1)
  for (const [index, text] of lines.entries()) {
    const line = parseLine(file, text, index + 1)
    if (index === 0) recording.header = headerOf(file, line)
    else if ('part' in line) recording.parts.set(line['part'] as string, line['value'] ?? null)
    else recording.answers.push(line as unknown as AnswerLine)
  }
  return recording
}

function readBytes(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ENOENT') return null
    throw new ConfigError('config.invalid', `The recording ${file} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}

function parseLine(file: string, text: string, number: number): JsonObject {
  try {
    const line: unknown = JSON.parse(text)
    if (isJsonObject(line) && LINE_KINDS.some((kind) => kind in line)) return line
  } catch {
    // Told below: text that is no JSON, and JSON that is no line of ours, are the same mistake.
  }
  throw new ConfigError(
    'config.invalid',
    `Line ${number} of ${file} is not a recording's; delete the file and record again.`,
  )
}

const LINE_KINDS = ['recording', 'part', 'digest'] as const

function headerOf(file: string, line: JsonObject): HeaderLine {
  if (line['recording'] === RECORDING_VERSION) return line as unknown as HeaderLine
  throw new ConfigError(
    'config.invalid',
    `${file} is not a recording of version ${RECORDING_VERSION}; delete the file and record again.`,
  )
}

import { appendFileSync, mkdirSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError, isAgentError, messageOf } from '@heddle/core'
import type { JsonValue, LanguageModel, ModelEvent, ModelRequest } from '@heddle/core'
import { comparableRequest, digestOf } from './recording/comparable-request.ts'
import { RECORDING_VERSION, readRecording } from './recording/recording-file.ts'
import type { AnswerEnd, AnswerLine, HeaderLine, PartLine, Recording } from './recording/recording-file.ts'
import { storeRequest } from './recording/stored-request.ts'

/**
 * A model that answers as `model` does and writes every request with its answer to `file`, for {@link replay}.
 *
 * The file is made with its folder, or added to; delete it to record anew. It is JSON lines: each answer is
 * written at once when it is over, failed and aborted ones too, so a recording that was killed is good up to its
 * last whole answer. It holds whole conversations: look through it before you share it. One process at a time may
 * record to a file.
 *
 * @throws ConfigError `config.invalid` when the file holds something else, or recordings of another model.
 *
 * @example
 * const model = process.env.RECORD ? record(models('openai/gpt-5'), file) : replay(file)
 */
export function record(model: LanguageModel, file: string): LanguageModel {
  const write = openRecording(model, file)

  async function* listen(
    request: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ModelEvent[], void, undefined> {
    const batches: (readonly ModelEvent[])[] = []
    let end: AnswerEnd | 'misused' = 'left'
    try {
      for await (const batch of model.stream(request, signal)) {
        batches.push(batch)
        // Who has the finish may leave: nothing is missed.
        if (batch.at(-1)?.type === 'finish') end = 'whole'
        yield batch
      }
      end = 'whole'
    } catch (thrown) {
      end = endOf(thrown)
      throw thrown
    } finally {
      // Before the reader goes on: once a run is over, its recording is complete.
      if (end !== 'misused') write(request, batches, end)
    }
  }
  return { id: model.id, info: model.info, stream: listen }
}

/** An abort is the reader's doing, and a missing key not the model's answer. */
function endOf(thrown: unknown): AnswerEnd | 'misused' {
  if (!isAgentError(thrown) || !thrown.code.startsWith('model.')) return 'misused'
  return thrown.code === 'model.aborted' ? 'left' : { error: thrown.toJSON() }
}

type WriteAnswer = (
  request: ModelRequest,
  batches: readonly (readonly ModelEvent[])[],
  end: AnswerEnd,
) => void

function openRecording(model: LanguageModel, file: string): WriteAnswer {
  const found = readRecording(file)
  const known = new Set(found?.parts.keys())
  prepare(model, file, found)
  return (request, batches, end) => {
    let lines = ''
    const keep = (part: string, value: JsonValue): void => {
      if (known.has(part)) return
      known.add(part)
      lines += lineOf({ part, value } satisfies PartLine)
    }
    const comparable = comparableRequest(request)
    const stored = storeRequest(comparable, keep)
    const answer: AnswerLine = { digest: digestOf(comparable), request: stored, batches, end }
    // One write for the answer and all that it names.
    onDisk(file, () => appendFileSync(file, lines + lineOf(answer)))
  }
}

function prepare(model: LanguageModel, file: string, found: Recording | null): void {
  const header: HeaderLine = { recording: RECORDING_VERSION, model: model.id, info: model.info }
  if (found?.header && found.header.model !== model.id) {
    throw new ConfigError(
      'config.invalid',
      `${file} is a recording of ${found.header.model}; give ${model.id} a file of its own, or delete this one.`,
    )
  }
  onDisk(file, () => {
    mkdirSync(dirname(file), { recursive: true })
    if (found) truncateSync(file, found.wholeBytes)
    if (!found?.header) appendFileSync(file, lineOf(header))
  })
}

function onDisk(file: string, act: () => void): void {
  try {
    act()
  } catch (thrown) {
    throw new ConfigError('config.invalid', `The recording ${file} cannot be written: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}

function lineOf(line: HeaderLine | PartLine | AnswerLine): string {
  return JSON.stringify(line) + '\n'
}

import { ConfigError, ModelError } from '@heddle/core'
import type { JsonObject, LanguageModel, ModelEvent, ModelRequest } from '@heddle/core'
import { comparableRequest, digestOf } from './recording/comparable-request.ts'
import { firstDifference } from './recording/first-difference.ts'
import { readRecording } from './recording/recording-file.ts'
import type { AnswerLine, Recording } from './recording/recording-file.ts'
import { restoreRequest, storeRequest } from './recording/stored-request.ts'

/** A model that plays a recording back. */
export interface ReplayedModel extends LanguageModel {
  /** Recorded answers that nobody has asked for yet. */
  readonly unplayed: number
}

/**
 * A model that gives the answers that {@link record} wrote to `file`, batch by batch as they came, without waiting;
 * recorded failures are thrown again. It has the recorded model's id and info, so that a replayed run tells the same log.
 *
 * An answer is found by its request, call ids aside; equal requests are answered in the order they were recorded, each
 * answer once. A request that is not in the recording throws `model.invalid_request`, which says where it first
 * differs from the recorded one that is most like it. The file is read once, here.
 *
 * @throws ConfigError `config.invalid` when there is no such file, or it is no recording.
 */
export function replay(file: string): ReplayedModel {
  const recording = readRecording(file)
  const { header } = recording ?? {}
  if (!recording || !header) {
    throw new ConfigError(
      'config.invalid',
      `There is no recording at ${file}; make one with record(model, file).`,
    )
  }
  const unplayed = new Set(recording.answers)

  const take = (request: ModelRequest): AnswerLine => {
    const comparable = comparableRequest(request)
    const digest = digestOf(comparable)
    for (const answer of unplayed) {
      if (answer.digest !== digest) continue
      unplayed.delete(answer)
      return answer
    }
    throw new ModelError('model.invalid_request', missingAnswer({ file, recording, unplayed, comparable }))
  }
  return {
    id: header.model,
    info: header.info,
    get unplayed() {
      return unplayed.size
    },
    async *stream(request, signal) {
      throwIfAborted(signal)
      yield* play(take(request), file, signal)
    },
  }
}

async function* play(
  { batches, end }: AnswerLine,
  file: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  for (const batch of batches) {
    throwIfAborted(signal)
    yield batch
  }
  if (end === 'whole') return
  throwIfAborted(signal)
  if (end !== 'left') {
    const { code, message, retryable, retryAfterMs } = end.error
    throw new ModelError(code, message, { retryable, retryAfterMs })
  }
  throw new ModelError(
    'model.interrupted',
    `The recording ${file} ends here, because whoever read this answer left; leave at the same place, or record again.`,
  )
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new ModelError('model.aborted', 'The request to the replayed model was aborted.', {
      cause: signal.reason,
    })
  }
}

/** What was asked, and what there is. */
interface Search {
  readonly file: string
  readonly recording: Recording
  readonly unplayed: ReadonlySet<AnswerLine>
  readonly comparable: JsonObject
}

function missingAnswer(search: Search): string {
  const { file, recording, unplayed, comparable } = search
  const total = recording.answers.length
  const nearest = nearestAnswer(search)
  if (!nearest) {
    return `All ${total} answer(s) of the recording ${file} were given, and the model is asked once more; record again if that is meant.`
  }
  const recorded = restoreRequest(nearest.request, recording.parts)
  const difference = firstDifference(recorded, comparable)
  const where = difference
    ? ` The nearest recorded request differs at ${difference.path}: recorded ${difference.left}, asked ${difference.right}.`
    : ''
  return `The recording ${file} has no answer to this request (${unplayed.size} of ${total} were not asked for).${where} Record again if the change is meant.`
}

/** The one whose messages go furthest with the request's; of equals, the first. */
function nearestAnswer({ unplayed, comparable }: Search): AnswerLine | null {
  const { messages } = storeRequest(comparable, () => undefined)
  let nearest: AnswerLine | null = null
  let furthest = -1
  for (const answer of unplayed) {
    const parting = messages.findIndex((name, index) => answer.request.messages[index] !== name)
    const shared = parting === -1 ? messages.length : parting
    if (shared <= furthest) continue
    nearest = answer
    furthest = shared
  }
  return nearest
}

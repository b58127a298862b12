import { userMessage } from '@heddle/core'
import type { LanguageModel, ModelEvent, ModelRequest } from '@heddle/core'

/** All that a model told until it ended or threw. */
export interface HeardAnswer {
  readonly batches: readonly (readonly ModelEvent[])[]
  readonly events: readonly ModelEvent[]
  /** What was thrown; `undefined` when the answer ended well. */
  readonly error: unknown
}

/** A part of an answer, its deltas joined. */
export interface HeardPart {
  readonly type: 'text' | 'reasoning' | 'call' | 'opaque'
  /** Of a call. */
  readonly name?: string
  readonly text: string
}

/** A request that says `hi`, with what is to be different. */
export function promptRequest(changes: Partial<ModelRequest> = {}): ModelRequest {
  return { instructions: '', messages: [userMessage('hi')], tools: [], ...changes }
}

/** Reads one answer to its end, however it ends. */
export async function hearAnswer(
  model: LanguageModel,
  request: ModelRequest = promptRequest(),
  signal: AbortSignal = new AbortController().signal,
): Promise<HeardAnswer> {
  const batches: (readonly ModelEvent[])[] = []
  let error: unknown
  try {
    for await (const batch of model.stream(request, signal)) batches.push(batch)
  } catch (thrown) {
    error = thrown
  }
  return { batches, events: batches.flat(), error }
}

/** The parts of an answer by their numbers; where deltas were split does not show, nor does what is opaque in a part. */
export function partsOf(events: readonly ModelEvent[]): HeardPart[] {
  const parts: HeardPart[] = []
  for (const event of events) {
    if (event.type === 'finish') continue
    const known = parts[event.part]
    if (event.type === 'part.opaque') parts[event.part] = known ?? { type: 'opaque', text: '' }
    else if (event.type === 'tool.input.delta') {
      parts[event.part] = { type: 'call', name: event.name, text: (known?.text ?? '') + event.text }
    } else {
      const type = event.type === 'text.delta' ? 'text' : 'reasoning'
      parts[event.part] = { type, text: (known?.text ?? '') + event.text }
    }
  }
  return parts
}

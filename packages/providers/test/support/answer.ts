import type { FinishReason, JsonValue, LanguageModel, ModelEvent, ModelRequest, Usage } from '@heddle/core'
import { userMessage } from '@heddle/core'

/** A whole answer, put together from its events. */
export interface Answer {
  readonly parts: readonly AnswerPart[]
  readonly reason: FinishReason | null
  readonly usage: Usage | null
}

export interface AnswerPart {
  readonly kind: 'text' | 'reasoning' | 'call' | 'opaque'
  readonly name?: string
  text?: string
  opaque?: JsonValue
}

const KINDS = { 'text.delta': 'text', 'reasoning.delta': 'reasoning' } as const

/** Puts events together, and checks the promises that every adapter makes on the way. */
export function answerOf(events: readonly ModelEvent[]): Answer {
  const parts: AnswerPart[] = []
  let reason: FinishReason | null = null
  let usage: Usage | null = null
  for (const event of events) {
    if (reason !== null) throw new Error(`an event after finish: ${event.type}`)
    if (event.type === 'finish') {
      reason = event.reason
      usage = event.usage
      continue
    }
    if (event.part > parts.length) throw new Error(`part ${event.part} begins before ${parts.length}`)
    if (event.type === 'part.opaque') {
      const part = (parts[event.part] ??= { kind: 'opaque' })
      part.opaque = event.opaque
      continue
    }
    if (!event.text.isWellFormed()) throw new Error(`half a surrogate pair in ${JSON.stringify(event.text)}`)
    const part = (parts[event.part] ??=
      event.type === 'tool.input.delta'
        ? { kind: 'call', name: event.name, text: '' }
        : { kind: KINDS[event.type], text: '' })
    part.text = (part.text ?? '') + event.text
  }
  return { parts, reason, usage }
}

export const HELLO: ModelRequest = { instructions: '', messages: [userMessage('Hello')], tools: [] }

/** Asks, and reads to the end. */
export async function ask(
  model: LanguageModel,
  request: ModelRequest = HELLO,
  signal: AbortSignal = new AbortController().signal,
): Promise<Answer> {
  return answerOf((await Array.fromAsync(model.stream(request, signal))).flat())
}

/** Asks, and gives the events up to the failure, and the failure. */
export async function askUntilFailure(
  model: LanguageModel,
  request: ModelRequest = HELLO,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly events: readonly ModelEvent[]; readonly error: unknown }> {
  const events: ModelEvent[] = []
  try {
    for await (const batch of model.stream(request, signal)) events.push(...batch)
  } catch (error) {
    return { events, error }
  }
  throw new Error('the model was expected to fail')
}

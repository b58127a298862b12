import { userMessage } from '@heddle/core'
import type { LanguageModel, ModelEvent, ModelRequest } from '@heddle/core'

/** All that a model told until it ended or threw. */
export interface HeardAnswer {
  readonly batches: readonly (readonly ModelEvent[])[]
  readonly events: readonly ModelEvent[]
  /** What was thrown; `undefined` when the answer ended well. */
  readonly error: unknown
  /** What the events do that no adapter may do. */
  readonly faults: readonly string[]
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
  const events = batches.flat()
  const faults = [...faultsOf(events, error === undefined)]
  if (batches.some((batch) => batch.length === 0)) faults.push('a batch is empty')
  return { batches, events, error, faults }
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

/** Whether these parts are what was heard of an answer that broke off: all but the last whole, the last perhaps begun. */
export function isBeginning(heard: readonly HeardPart[], whole: readonly HeardPart[]): boolean {
  return heard.every(({ type, name, text }, at) => {
    const full = whole[at]
    return full?.type === type && full.name === name && full.text.startsWith(text)
  })
}

/** The promises of `ModelEvent` that types cannot make. */
function* faultsOf(events: readonly ModelEvent[], isWhole: boolean): Generator<string> {
  const kinds: string[] = []
  const names: string[] = []
  const lastFinish = events.findIndex(({ type }) => type === 'finish')
  if (lastFinish >= 0 ? lastFinish !== events.length - 1 : isWhole) yield 'finish is not the last event'
  for (const event of events) {
    if (event.type === 'finish') {
      yield* faultsOfUsage(Object.entries(event.usage ?? {}))
      continue
    }
    const { part } = event
    if (!Number.isInteger(part) || part < 0 || part > kinds.length) yield `part ${part} begins out of turn`
    if (event.type === 'part.opaque') {
      kinds[part] ??= event.type
      continue
    }
    kinds[part] ??= event.type
    if (kinds[part] !== event.type) yield `part ${part} is ${kinds[part]} and then ${event.type}`
    if (typeof event.text !== 'string' || !event.text.isWellFormed()) {
      yield `part ${part} tells ${JSON.stringify(event.text)}`
    }
    if (event.type !== 'tool.input.delta') continue
    names[part] ??= event.name
    if (typeof event.name !== 'string' || event.name === '') yield `the call ${part} has no name`
    if (event.name !== names[part]) yield `the call ${part} is ${names[part]} and then ${event.name}`
  }
}

function* faultsOfUsage(counts: readonly (readonly [string, unknown])[]): Generator<string> {
  for (const [name, count] of counts) {
    if (!Number.isSafeInteger(count) || (count as number) < 0) yield `${name} is ${JSON.stringify(count)}`
  }
}

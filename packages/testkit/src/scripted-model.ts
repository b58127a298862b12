import { ModelError, ZERO_USAGE, sleep, systemRuntime } from '@heddle/core'
import type {
  FinishReason,
  JsonValue,
  LanguageModel,
  ModelEvent,
  ModelInfo,
  ModelRequest,
  Runtime,
  Usage,
} from '@heddle/core'

/** A tool call that a scripted model makes. */
export interface ScriptedToolCall {
  readonly name: string
  /** The arguments, sent as one delta of JSON. Default: none at all, not even `{}`. */
  readonly input?: JsonValue
  /** The arguments as text, JSON or not, one delta each; it wins over `input`. */
  readonly rawInput?: string | readonly string[]
}

/** One answer of a scripted model. Its parts come in the order reasoning, text, tool calls. */
export interface ScriptedAnswer {
  /** An array is one delta each. */
  readonly reasoning?: string | readonly string[]
  /** An array is one delta each. */
  readonly text?: string | readonly string[]
  readonly toolCalls?: readonly ScriptedToolCall[]
  /** Told after all of the above, as they are: opaque parts, interleaved parts. */
  readonly events?: readonly ModelEvent[]
  /** What `finish` reports; numbers left out are 0. Default `null`: nothing was reported. */
  readonly usage?: Partial<Usage> | null
  /** Default `tool-calls` when there are calls, else `stop`. */
  readonly finish?: FinishReason
  /** Events per batch, 1 or more. Default: the whole answer in one batch. */
  readonly batch?: number
  /** Milliseconds of the runtime that pass before each batch. Default 0. */
  readonly delayMs?: number
  /** Thrown instead of going on. */
  readonly error?: ModelError
  /** True: instead of going on, waits until the signal aborts. */
  readonly hang?: boolean
  /** How many events come before `error` or `hang`. Default 0. */
  readonly afterEvents?: number
}

/**
 * A turn of the script: a text, an answer, or a function that looks at the request first.
 * `call` counts the requests to this model from 1. What the function throws, the stream throws.
 */
export type ScriptedTurn =
  string | ScriptedAnswer | ((request: ModelRequest, call: number) => string | ScriptedAnswer)

/** What {@link scriptedModel} may be told. */
export interface ScriptedModelOptions {
  /** Default `scripted/model`. */
  readonly id?: string
  /** What is left out is `null`: unknown. */
  readonly info?: Partial<ModelInfo>
  /** Whose time `delayMs` is. Default the system's. */
  readonly runtime?: Runtime
  /** True: the last turn answers every further request. Default false. */
  readonly repeatLast?: boolean
}

/** A model that plays a script and remembers what it was asked. */
export interface ScriptedModel extends LanguageModel {
  /** What it was asked, oldest first; the list of messages is a copy, the messages are not. */
  readonly requests: readonly ModelRequest[]
  /** How often it was asked. */
  readonly calls: number
  /** Answers that were not read to their end: the signal aborted, or the reader left. */
  readonly abortedCount: number
  /** Answers that are being read now; 0 after a run shows that nothing leaked. */
  readonly openStreams: number
}

/**
 * Makes a model that gives scripted answers, one turn for each request, in order.
 *
 * It keeps the contract of {@link LanguageModel}: `model.aborted` when the signal aborts, batches that are
 * never empty, one `finish` at the end. A request beyond the script throws `model.invalid_request`.
 *
 * @example
 * const model = scriptedModel([{ toolCalls: [{ name: 'add', input: { a: 1, b: 2 } }] }, 'It is 3.'])
 */
export function scriptedModel(
  turns: readonly ScriptedTurn[],
  options: ScriptedModelOptions = {},
): ScriptedModel {
  const { id = 'scripted/model', runtime = systemRuntime, repeatLast = false } = options
  const requests: ModelRequest[] = []
  let abortedCount = 0
  let openStreams = 0

  async function* play(
    request: ModelRequest,
    call: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ModelEvent[], void, undefined> {
    openStreams++
    let isWhole = false
    try {
      throwIfAborted(signal)
      const answer = answerOf(turnAt(turns, call, repeatLast), request, call)
      const batches = batchesOf(answer)
      for (const [index, batch] of batches.entries()) {
        if (answer.delayMs !== undefined) await sleep(runtime, answer.delayMs, signal)
        throwIfAborted(signal)
        // Who has the finish may leave: nothing is missed.
        isWhole = index === batches.length - 1 && !breaksOff(answer)
        yield batch
      }
      if (answer.hang === true) await untilAborted(signal)
      if (!isWhole) throwIfAborted(signal)
      if (answer.error) throw answer.error
    } catch (thrown) {
      // A scripted failure is an end, not an abort.
      if (!signal.aborted) isWhole = true
      throw thrown
    } finally {
      openStreams--
      if (!isWhole) abortedCount++
    }
  }

  return {
    id,
    info: { contextWindow: null, maxOutputTokens: null, price: null, ...options.info },
    stream(request, signal) {
      requests.push({ ...request, messages: [...request.messages] })
      return play(request, requests.length, signal)
    },
    requests,
    get calls() {
      return requests.length
    },
    get abortedCount() {
      return abortedCount
    },
    get openStreams() {
      return openStreams
    },
  }
}

function turnAt(turns: readonly ScriptedTurn[], call: number, repeatLast: boolean): ScriptedTurn {
  const turn = turns[call - 1] ?? (repeatLast ? turns.at(-1) : undefined)
  if (turn !== undefined) return turn
  throw new ModelError(
    'model.invalid_request',
    `The scripted model has ${turns.length} turn(s) and was asked for turn ${call}: add a turn to its script, or set repeatLast.`,
  )
}

function answerOf(turn: ScriptedTurn, request: ModelRequest, call: number): ScriptedAnswer {
  const answer = typeof turn === 'function' ? turn(request, call) : turn
  return typeof answer === 'string' ? { text: answer } : answer
}

function breaksOff(answer: ScriptedAnswer): boolean {
  return answer.error !== undefined || answer.hang === true
}

/** The batches that are told before the answer ends, fails or hangs. */
function batchesOf(answer: ScriptedAnswer): (readonly ModelEvent[])[] {
  const whole = eventsOf(answer)
  const events = breaksOff(answer) ? whole.slice(0, answer.afterEvents ?? 0) : whole
  const size = Math.max(1, answer.batch ?? events.length)
  const batches: (readonly ModelEvent[])[] = []
  for (let start = 0; start < events.length; start += size) batches.push(events.slice(start, start + size))
  return batches
}

function eventsOf(answer: ScriptedAnswer): ModelEvent[] {
  const events: ModelEvent[] = []
  let part = 0
  for (const type of ['reasoning', 'text'] as const) {
    const deltas = listOf(answer[type]).filter((text) => text !== '')
    for (const text of deltas) events.push({ type: `${type}.delta`, part, text })
    if (deltas.length > 0) part++
  }
  for (const { name, input, rawInput } of answer.toolCalls ?? []) {
    const deltas = listOf(rawInput ?? (input === undefined ? '' : JSON.stringify(input)))
    for (const text of deltas) events.push({ type: 'tool.input.delta', part, name, text })
    part++
  }
  events.push(...(answer.events ?? []))
  if (!events.some(({ type }) => type === 'finish')) {
    const reason = answer.finish ?? (answer.toolCalls?.length ? 'tool-calls' : 'stop')
    events.push({ type: 'finish', reason, usage: answer.usage ? { ...ZERO_USAGE, ...answer.usage } : null })
  }
  return events
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? [])
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new ModelError('model.aborted', 'The request to the scripted model was aborted.', {
      cause: signal.reason,
    })
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

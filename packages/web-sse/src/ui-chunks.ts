import { ZERO_USAGE, addUsage } from '@heddle/core'
import type {
  DurableEvent,
  ErrorJson,
  JsonValue,
  Message,
  RunEvent,
  RunStop,
  ToolCallPart,
  ToolResultPart,
  Usage,
} from '@heddle/core'

/**
 * Which clients must understand the stream. `v6`: AI SDK 6 and 7; `v7`: 7 only. A client fails the whole
 * response at the first chunk type it does not know, so the default is the older one.
 */
export type UiProfile = 'v6' | 'v7'

/** Why the message is over, in the words every client since version 5 accepts. */
export type UiFinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other'

/** What `start` and `finish` tell the page about the run; merged into `message.metadata`. */
export interface UiRunMetadata {
  readonly runId: string
  /** Why the run stopped: the reason of {@link RunStop}. */
  readonly stop?: RunStop['reason']
  /** Sum over the turns that reported it. */
  readonly usage?: Usage
  /** Micro-dollars; left out when the cost of one turn is unknown. */
  readonly costMicroUsd?: number
}

/** The chunks of the AI SDK UI message stream that Heddle sends. A field is left out, never null. */
export type UiChunk =
  | { readonly type: 'start'; readonly messageId: string; readonly messageMetadata: UiRunMetadata }
  | { readonly type: 'start-step' | 'finish-step' | 'reset-step' }
  | { readonly type: `${UiTextKind}-start` | `${UiTextKind}-end`; readonly id: string }
  | { readonly type: `${UiTextKind}-delta`; readonly id: string; readonly delta: string }
  | { readonly type: 'tool-input-start'; readonly toolCallId: string; readonly toolName: string }
  | { readonly type: 'tool-input-delta'; readonly toolCallId: string; readonly inputTextDelta: string }
  | {
      readonly type: 'tool-input-available'
      readonly toolCallId: string
      readonly toolName: string
      readonly input: JsonValue
    }
  | {
      readonly type: 'tool-input-error'
      readonly toolCallId: string
      readonly toolName: string
      readonly input: JsonValue
      readonly errorText: string
    }
  | {
      readonly type: 'tool-output-available'
      readonly toolCallId: string
      readonly output: JsonValue
      readonly preliminary?: true
    }
  | { readonly type: 'tool-output-error'; readonly toolCallId: string; readonly errorText: string }
  | { readonly type: 'tool-output-denied'; readonly toolCallId: string }
  | { readonly type: 'tool-approval-request'; readonly approvalId: string; readonly toolCallId: string }
  | { readonly type: 'data-heddle-reset'; readonly data: { readonly turn: number } }
  | {
      readonly type: 'finish'
      readonly finishReason: UiFinishReason
      readonly messageMetadata: UiRunMetadata
    }
  | { readonly type: 'abort'; readonly reason: string }
  | { readonly type: 'error'; readonly errorText: string }

type UiTextKind = 'text' | 'reasoning'

/** What {@link uiChunkEncoder} is told. */
export interface UiChunkOptions {
  /** Of the message under way: a new one, or the one that is continued. */
  readonly messageId: string
  readonly profile: UiProfile
  /** What a browser may read of an error. */
  readonly errorText: (error: ErrorJson) => string
}

/** Turns the events of one run into chunks; give every run an encoder of its own. */
export interface UiChunkEncoder {
  /**
   * @param event - The next event of the run, durable or transient. A run that is read from its log alone
   *   tells the same message in fewer chunks.
   * @param into - The chunks of this event are appended to it.
   */
  encode(event: RunEvent, into: UiChunk[]): void
}

interface OpenPart {
  readonly kind: UiTextKind
  readonly turn: number
  readonly part: number
  readonly id: string
}

/** Makes an encoder for one run. It is pure: equal events give equal chunks. */
export function uiChunkEncoder(options: UiChunkOptions): UiChunkEncoder {
  return new RunToUi(options)
}

class RunToUi implements UiChunkEncoder {
  readonly #options: UiChunkOptions
  /** At most one text or reasoning part is open: a new part closes the one before it. */
  #open: OpenPart | null = null
  #partsBegun = 0
  #isStepOpen = false
  /** True once a delta of the turn was seen: the whole message repeats it then. */
  #hasDeltas = false
  /** Calls of the turn that the page knows of, and whether their arguments are complete. */
  #calls = new Map<string, 'streaming' | 'complete'>()
  #runId = ''
  #usage: Usage = ZERO_USAGE
  #costMicroUsd: number | null = 0

  constructor(options: UiChunkOptions) {
    this.#options = options
  }

  encode(event: RunEvent, into: UiChunk[]): void {
    switch (event.type) {
      case 'text.delta':
        return this.#delta('text', event, into)
      case 'reasoning.delta':
        return this.#delta('reasoning', event, into)
      case 'tool.input.delta':
        return this.#inputDelta(event, into)
      case 'tool.progress':
        into.push({
          type: 'tool-output-available',
          toolCallId: event.callId,
          output: event.value,
          preliminary: true,
        })
        return
      default:
        return this.#encodeDurable(event, into)
    }
  }

  #encodeDurable(event: DurableEvent, into: UiChunk[]): void {
    switch (event.type) {
      case 'run.started':
        this.#runId = event.runId
        into.push({
          type: 'start',
          messageId: this.#options.messageId,
          messageMetadata: { runId: event.runId },
        })
        return
      case 'turn.started':
        return this.#beginStep(into)
      case 'message.added':
        return this.#wholeMessage(event.message, event.turn, into)
      case 'turn.ended':
        return this.#addCost(event.usage, event.costMicroUsd)
      case 'turn.reset':
        return this.#reset(event.turn, into)
      case 'tool.started':
        return this.#completeInput(
          { type: 'tool-call', callId: event.callId, name: event.name, input: event.input },
          into,
        )
      case 'tool.ended':
        into.push(this.#resultChunk(event.result))
        return
      case 'run.ended':
        return this.#end(event.stop, into)
      case 'run.paused':
        return this.#end({ reason: 'approval', waiting: [] }, into)
      case 'approval.requested':
        into.push({
          type: 'tool-approval-request',
          approvalId: event.request.approvalId,
          toolCallId: event.request.callId,
        })
        return
      case 'model.retried':
      case 'model.switched':
      case 'run.resumed':
      case 'approval.answered':
      case 'input.queued':
      case 'budget.reserved':
      case 'budget.settled':
      case 'context.compacted':
      case 'child.started':
      case 'child.ended':
      case 'output.accepted':
      case 'output.rejected':
        return
      default:
        event satisfies never
    }
  }

  /** The hot path: one comparison and one object per token. */
  #delta(kind: UiTextKind, event: { turn: number; part: number; text: string }, into: UiChunk[]): void {
    let open = this.#open
    if (open === null || open.part !== event.part || open.turn !== event.turn) {
      open = this.#openPart(kind, event.turn, event.part, into)
    }
    into.push({ type: `${kind}-delta`, id: open.id, delta: event.text })
  }

  #openPart(kind: UiTextKind, turn: number, part: number, into: UiChunk[]): OpenPart {
    this.#closePart(into)
    this.#hasDeltas = true
    const open = { kind, turn, part, id: `${kind}-${++this.#partsBegun}` }
    this.#open = open
    into.push({ type: `${kind}-start`, id: open.id })
    return open
  }

  #closePart(into: UiChunk[]): void {
    if (this.#open) into.push({ type: `${this.#open.kind}-end`, id: this.#open.id })
    this.#open = null
  }

  #inputDelta(event: { callId: string; name: string; text: string }, into: UiChunk[]): void {
    if (!this.#calls.has(event.callId)) {
      this.#closePart(into)
      this.#hasDeltas = true
      this.#calls.set(event.callId, 'streaming')
      into.push({ type: 'tool-input-start', toolCallId: event.callId, toolName: event.name })
    }
    if (event.text === '') return
    into.push({ type: 'tool-input-delta', toolCallId: event.callId, inputTextDelta: event.text })
  }

  #beginStep(into: UiChunk[]): void {
    this.#finishStep(into)
    this.#isStepOpen = true
    this.#hasDeltas = false
    this.#calls = new Map()
    into.push({ type: 'start-step' })
  }

  /** A step lasts until its tools are done, so it is finished by what comes next. */
  #finishStep(into: UiChunk[]): void {
    this.#closePart(into)
    if (this.#isStepOpen) into.push({ type: 'finish-step' })
    this.#isStepOpen = false
  }

  #wholeMessage(message: Message, turn: number, into: UiChunk[]): void {
    if (message.role !== 'assistant') return
    const isUntold = !this.#hasDeltas
    for (const [part, content] of message.content.entries()) {
      const isText = content.type === 'text' || content.type === 'reasoning'
      if (isText && isUntold && content.text !== '')
        this.#delta(content.type, { turn, part, text: content.text }, into)
      if (content.type === 'tool-call') this.#completeInput(content, into)
    }
    // A cut message keeps its last part open: the page then says that it is incomplete.
    if (message.incomplete !== true) this.#closePart(into)
  }

  #completeInput(call: ToolCallPart, into: UiChunk[]): void {
    if (this.#calls.get(call.callId) === 'complete') return
    this.#closePart(into)
    this.#calls.set(call.callId, 'complete')
    const about = { toolCallId: call.callId, toolName: call.name, input: call.input }
    if (call.inputError === undefined) into.push({ type: 'tool-input-available', ...about })
    else
      into.push({
        type: 'tool-input-error',
        ...about,
        errorText: this.#errorText('tool.bad_input', call.inputError),
      })
  }

  #resultChunk(result: ToolResultPart): UiChunk {
    const toolCallId = result.callId
    // What a limit refused was denied by nobody.
    if (result.error?.code === 'tool.denied') return { type: 'tool-output-denied', toolCallId }
    if (result.status === 'ok') return { type: 'tool-output-available', toolCallId, output: result.output }
    const error = result.error ?? { code: 'tool.failed', message: 'The tool failed.', retryable: false }
    return { type: 'tool-output-error', toolCallId, errorText: this.#options.errorText(error) }
  }

  #errorText(code: ErrorJson['code'], message: string): string {
    return this.#options.errorText({ code, message, retryable: false })
  }

  /**
   * What the turn has told is void. Version 7 can take it back; for version 6 the parts are brought to an
   * end and marked, so that a page may hide them and the next request leaves them out.
   */
  #reset(turn: number, into: UiChunk[]): void {
    if (this.#options.profile === 'v7') {
      this.#open = null
      into.push({ type: 'reset-step' })
    } else {
      this.#closePart(into)
      const errorText = this.#errorText('tool.interrupted', 'The answer broke off before this call was made.')
      for (const toolCallId of this.#calls.keys())
        into.push({ type: 'tool-output-error', toolCallId, errorText })
      into.push({ type: 'data-heddle-reset', data: { turn } })
    }
    this.#hasDeltas = false
    this.#calls = new Map()
  }

  #addCost(usage: Usage | null, costMicroUsd: number | null): void {
    if (usage) this.#usage = addUsage(this.#usage, usage)
    this.#costMicroUsd =
      this.#costMicroUsd === null || costMicroUsd === null ? null : this.#costMicroUsd + costMicroUsd
  }

  #end(stop: RunStop, into: UiChunk[]): void {
    if (stop.reason === 'failed') {
      into.push({ type: 'error', errorText: this.#options.errorText(stop.error) })
      return
    }
    if (stop.reason === 'aborted') {
      into.push({ type: 'abort', reason: 'The run was stopped.' })
      return
    }
    this.#finishStep(into)
    const cost = this.#costMicroUsd === null ? {} : { costMicroUsd: this.#costMicroUsd }
    const messageMetadata = { runId: this.#runId, stop: stop.reason, usage: this.#usage, ...cost }
    into.push({ type: 'finish', finishReason: finishReasonOf(stop.reason), messageMetadata })
  }
}

function finishReasonOf(reason: Exclude<RunStop['reason'], 'failed' | 'aborted'>): UiFinishReason {
  switch (reason) {
    case 'done':
      return 'stop'
    case 'length':
      return 'length'
    case 'refused':
      return 'content-filter'
    case 'steps':
    case 'tool-calls':
    case 'approval':
      return 'tool-calls'
    case 'stopped':
    case 'usd':
    case 'tokens':
    case 'ms':
    case 'repeats':
      return 'other'
    default:
      return reason satisfies never
  }
}

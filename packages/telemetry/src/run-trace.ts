import { ZERO_USAGE, addUsage, isDurable, toolCallsOf } from '@heddle/core'
import type { DurableEvent, ErrorJson, Message, RunEvent, RunRef, ToolResultPart, Usage } from '@heddle/core'
import { SpanKind, context as contexts } from '@opentelemetry/api'
import type { Attributes } from '@opentelemetry/api'
import { ATTR, OPERATION } from './attributes.ts'
import { chatSpan } from './chat-span.ts'
import type { ChatSpan } from './chat-span.ts'
import { inputMessages } from './message-content.ts'
import { modelAttributes } from './model-attributes.ts'
import { instant, startOperation } from './operation.ts'
import type { Operation, OperationError } from './operation.ts'
import { toolSpans } from './tool-spans.ts'
import type { ToolSpans } from './tool-spans.ts'
import { callKey } from './trace-context.ts'
import type { TraceContext } from './trace-context.ts'
import { usageAttributes } from './usage-attributes.ts'

type Heard<Type extends DurableEvent['type']> = Extract<DurableEvent, { type: Type }>

/** `heddle.run.stop` of a run that waits for people; the others are the reasons of its end. */
const PAUSED = 'paused'

/** The spans of one driving of a run. */
export interface RunTrace {
  hear(event: RunEvent): void
  /** Closes what is open, at the time of the last event. */
  abandon(): void
}

export function runTrace(shared: TraceContext, run: RunRef): RunTrace {
  const trace: Trace = {
    shared,
    run,
    tools: toolSpans(shared, run, (error) => explain(shared, error)),
    agent: null,
    chat: null,
    instructions: '',
    untold: [],
    results: new Map(),
    usage: ZERO_USAGE,
    costMicroUsd: 0,
    heardAtMs: 0,
  }
  return {
    hear(event) {
      if (isDurable(event)) hearDurable(trace, event)
      else if (event.type !== 'tool.progress') trace.chat?.delta()
    },
    abandon() {
      if (trace.agent) close(trace, { stop: 'abandoned', error: { type: 'sink.failed' } })
    },
  }
}

interface Trace {
  readonly shared: TraceContext
  readonly run: RunRef
  readonly tools: ToolSpans
  agent: Operation | null
  chat: ChatSpan | null
  instructions: string
  /** What the model was not told yet, and the results of its calls by call id, in the order of the calls; kept only to be captured. */
  untold: Message[]
  results: Map<string, ToolResultPart | null>
  usage: Usage
  costMicroUsd: number | null
  /** Time of the event at hand. */
  heardAtMs: number
}

function hearDurable(trace: Trace, event: DurableEvent): void {
  trace.heardAtMs = event.atMs
  switch (event.type) {
    case 'run.started':
      return start(trace, event)
    case 'turn.started':
      return void startChat(trace, event.turn, event.model)
    case 'model.retried':
      return trace.chat?.retried(event)
    case 'model.switched':
      return trace.chat?.switched(event)
    case 'turn.reset':
      // Without a turn of this driver's, it takes one anew that another driver began.
      return (trace.chat ?? startChat(trace, event.turn, null)).reset(event)
    case 'message.added':
      if (event.message.role === 'assistant') {
        trace.results = new Map(toolCallsOf(event.message).map(({ callId }) => [callId, null]))
      }
      return trace.chat?.answered(event.message)
    case 'turn.ended':
      return endChat(trace, event)
    case 'tool.started':
      return trace.tools.start(event, agentOf(trace).context)
    case 'tool.ended':
      if (trace.shared.captureContent) trace.results.set(event.callId, event.result)
      return trace.tools.end(event, agentOf(trace).context)
    case 'run.paused':
      return close(trace, { stop: PAUSED, error: null })
    case 'run.ended': {
      const { stop } = event
      const error = stop.reason === 'failed' ? explain(trace.shared, stop.error) : null
      return close(trace, { stop: stop.reason, error })
    }
    case 'input.queued':
    case 'output.rejected':
      tell(trace, event.message)
      return note(trace, event)
    default:
      return note(trace, event)
  }
}

function start(trace: Trace, event: Heard<'run.started'>): void {
  const { span } = agentOf(trace, modelAttributes(event.model))
  trace.instructions = event.instructions
  tell(trace, ...event.history, ...(event.input ? [event.input] : []))
  if (trace.shared.captureContent) span.setAttribute(ATTR.inputMessages, inputMessages(trace.untold))
}

/** @param model - `provider/model`; `null` when nobody has said yet. */
function startChat(trace: Trace, turn: number, model: string | null): ChatSpan {
  const { shared, instructions, heardAtMs: atMs } = trace
  trace.chat?.cut(atMs, { type: 'model.interrupted' })
  const parent = agentOf(trace).context
  const input = takeUntold(trace)
  const chat = chatSpan(shared, { turn, model, atMs, parent, instructions, input })
  trace.chat = chat
  return chat
}

function takeUntold(trace: Trace): Message[] {
  const content = [...trace.results.values()].filter((result) => result !== null)
  const { untold } = trace
  trace.untold = []
  trace.results = new Map()
  return content.length === 0 ? untold : [{ role: 'tool', content }, ...untold]
}

function endChat(trace: Trace, event: Heard<'turn.ended'>): void {
  if (event.usage) trace.usage = addUsage(trace.usage, event.usage)
  const { costMicroUsd } = event
  trace.costMicroUsd =
    trace.costMicroUsd === null || costMicroUsd === null ? null : trace.costMicroUsd + costMicroUsd
  trace.chat?.end(event)
  trace.chat = null
}

/** Ends everything: first what was cut off, then the run itself. */
function close(trace: Trace, how: { stop: string; error: OperationError | null }): void {
  const { stop, error } = how
  const { heardAtMs: atMs, usage, costMicroUsd } = trace
  trace.chat?.cut(atMs, error ?? { type: 'model.aborted' })
  trace.chat = null
  // A call whose own run waits for people is not lost: it goes on when the run is resumed.
  trace.tools.cut(atMs, stop === PAUSED ? null : (error ?? { type: 'tool.interrupted' }))
  const agent = agentOf(trace)
  agent.span.setAttributes({ [ATTR.stop]: stop, ...usageAttributes(usage) })
  if (costMicroUsd !== null) agent.span.setAttribute(ATTR.costMicroUsd, costMicroUsd)
  agent.end(atMs, error)
}

/** The run's own span. A driver that could not begin, or a log told from its middle, has no `run.started` to open it. */
function agentOf(trace: Trace, model: Attributes = {}): Operation {
  if (trace.agent) return trace.agent
  const { shared, run, heardAtMs } = trace
  const { parent: caller } = run
  trace.agent = startOperation(shared.tracer, shared.instruments.agentDuration, {
    name: `${OPERATION.agent} ${run.agent}`,
    kind: SpanKind.INTERNAL,
    startMs: heardAtMs,
    parent: (caller && shared.toolContexts.get(callKey(caller.runId, caller.callId))) ?? contexts.active(),
    attributes: {
      [ATTR.operation]: OPERATION.agent,
      [ATTR.agentName]: run.agent,
      [ATTR.runId]: run.runId,
      ...model,
      ...(caller ? { [ATTR.parentRunId]: caller.runId, [ATTR.parentCallId]: caller.callId } : {}),
    },
    dimensions: { [ATTR.agentName]: run.agent },
  })
  return trace.agent
}

function tell(trace: Trace, ...messages: readonly Message[]): void {
  if (trace.shared.captureContent) trace.untold.push(...messages)
}

/** What has no span of its own is an event of the run's span, without content. */
function note(trace: Trace, event: DurableEvent): void {
  agentOf(trace).span.addEvent(`heddle.${event.type}`, noteAttributes(event), instant(event.atMs))
}

function noteAttributes(event: DurableEvent): Attributes {
  switch (event.type) {
    case 'approval.requested':
      return { [ATTR.toolName]: event.request.tool, [ATTR.toolCallId]: event.request.callId }
    case 'approval.answered':
      return { [ATTR.approvalDecision]: event.answer.decision }
    case 'context.compacted':
      return { [ATTR.tokensBefore]: event.tokensBefore, [ATTR.tokensAfter]: event.tokensAfter }
    case 'child.started':
    case 'child.ended':
      return { [ATTR.toolCallId]: event.callId, [ATTR.childRunId]: event.runId }
    default:
      return {}
  }
}

function explain({ captureContent }: TraceContext, { code, message }: ErrorJson): OperationError {
  return captureContent ? { type: code, message } : { type: code }
}

import type { DurableEvent, Message, Usage } from '@heddle/core'
import { SpanKind } from '@opentelemetry/api'
import type { Attributes, Context, Histogram } from '@opentelemetry/api'
import { ATTR, OPERATION } from './attributes.ts'
import { finishReason, inputMessages, outputMessages, systemInstructions } from './message-content.ts'
import { modelAttributes, modelName } from './model-attributes.ts'
import { instant, startOperation } from './operation.ts'
import type { Operation, OperationError } from './operation.ts'
import type { TraceContext } from './trace-context.ts'
import { usageAttributes } from './usage-attributes.ts'

type Heard<Type extends DurableEvent['type']> = Extract<DurableEvent, { type: Type }>

/** The span of one turn of a model, its failed attempts included. */
export interface ChatSpan {
  /** A delta arrived; the first one is timed. */
  delta(): void
  retried(event: Heard<'model.retried'>): void
  switched(event: Heard<'model.switched'>): void
  reset(event: Heard<'turn.reset'>): void
  answered(message: Message): void
  end(event: Heard<'turn.ended'>): void
  /** Ends it without an answer; does nothing once it has ended. */
  cut(atMs: number, error: OperationError): void
}

/** How a turn begins. */
export interface ChatStart {
  readonly turn: number
  /** `provider/model`; `null` when a resumed run goes on in mid-turn, and nobody has said yet. */
  readonly model: string | null
  readonly atMs: number
  readonly parent: Context
  readonly instructions: string
  /** What the model has not been told in an earlier turn. */
  readonly input: readonly Message[]
}

export function chatSpan(shared: TraceContext, start: ChatStart): ChatSpan {
  const { tracer, instruments, captureContent, runtime } = shared
  const common: Attributes = { [ATTR.operation]: OPERATION.chat }
  const ofModel = start.model === null ? {} : modelAttributes(start.model)
  const told = captureContent ? contentOf(start) : {}
  const operation = startOperation(tracer, instruments.chatDuration, {
    name: start.model === null ? OPERATION.chat : nameOf(start.model),
    kind: SpanKind.CLIENT,
    startMs: start.atMs,
    parent: start.parent,
    attributes: { ...common, ...ofModel, [ATTR.requestStream]: true, [ATTR.turn]: start.turn, ...told },
    dimensions: { ...common, ...ofModel },
  })
  const { span } = operation
  const beganMs = runtime.monotonicMs()
  let isFirst = true
  let message: Message | null = null

  const useModel = (id: string): void => {
    const attributes = modelAttributes(id)
    span.updateName(nameOf(id)).setAttributes(attributes)
    operation.dimensions = { ...common, ...attributes }
  }
  return {
    delta() {
      if (!isFirst) return
      isFirst = false
      const seconds = Math.max(0, runtime.monotonicMs() - beganMs) / 1_000
      span.setAttribute(ATTR.timeToFirstChunk, seconds)
      instruments.timeToFirstChunk.record(seconds, operation.dimensions)
    },
    retried({ attempt, delayMs, error, atMs }) {
      const attributes = { [ATTR.errorType]: error.code, [ATTR.attempt]: attempt, [ATTR.delayMs]: delayMs }
      span.addEvent('heddle.model.retried', attributes, instant(atMs))
    },
    switched({ from, to, error, atMs }) {
      const attributes = { [ATTR.errorType]: error.code, [ATTR.modelFrom]: from, [ATTR.modelTo]: to }
      span.addEvent('heddle.model.switched', attributes, instant(atMs))
      useModel(to)
    },
    reset: ({ atMs }) => void span.addEvent('heddle.turn.reset', {}, instant(atMs)),
    answered(answer) {
      message = answer
      if (answer.role === 'assistant' && answer.model !== undefined) useModel(answer.model)
    },
    end({ finish, usage, costMicroUsd, atMs }) {
      const reason = finishReason(finish)
      span.setAttribute(ATTR.finishReasons, [reason])
      if (costMicroUsd !== null) span.setAttribute(ATTR.costMicroUsd, costMicroUsd)
      if (captureContent && message) span.setAttribute(ATTR.outputMessages, outputMessages(message, reason))
      if (usage) recordUsage(operation, instruments.tokens, usage)
      operation.end(atMs)
    },
    cut(atMs, error) {
      if (captureContent && message) span.setAttribute(ATTR.outputMessages, outputMessages(message, 'error'))
      operation.end(atMs, error)
    },
  }
}

function recordUsage({ span, dimensions }: Operation, tokens: Histogram, usage: Usage): void {
  span.setAttributes(usageAttributes(usage))
  tokens.record(usage.inputTokens, { ...dimensions, [ATTR.tokenType]: 'input' })
  tokens.record(usage.outputTokens, { ...dimensions, [ATTR.tokenType]: 'output' })
}

function nameOf(model: string): string {
  return `${OPERATION.chat} ${modelName(model)}`
}

function contentOf({ instructions, input }: ChatStart): Attributes {
  return {
    [ATTR.inputMessages]: inputMessages(input),
    ...(instructions === '' ? {} : { [ATTR.instructions]: systemInstructions(instructions) }),
  }
}

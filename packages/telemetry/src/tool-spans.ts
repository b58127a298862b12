import type { DurableEvent, ErrorJson, RunRef } from '@heddle/core'
import { SpanKind } from '@opentelemetry/api'
import type { Context } from '@opentelemetry/api'
import { ATTR, OPERATION } from './attributes.ts'
import { startOperation } from './operation.ts'
import type { Operation, OperationError } from './operation.ts'
import { callKey } from './trace-context.ts'
import type { TraceContext } from './trace-context.ts'

type Heard<Type extends DurableEvent['type']> = Extract<DurableEvent, { type: Type }>

/** The spans of a run's tool calls: one each, also for calls that were answered without being run. */
export interface ToolSpans {
  start(event: Heard<'tool.started'>, parent: Context): void
  end(event: Heard<'tool.ended'>, parent: Context): void
  /** Ends all that are open. */
  cut(atMs: number, error: OperationError | null): void
}

/** @param explain - Turns an error into what the spans may tell of it. */
export function toolSpans(
  shared: TraceContext,
  run: RunRef,
  explain: (error: ErrorJson) => OperationError,
): ToolSpans {
  const { tracer, instruments, captureContent, toolContexts } = shared
  const open = new Map<string, Operation>()

  const begin = (call: { callId: string; name: string; startMs: number }, parent: Context): Operation => {
    const { callId, name, startMs } = call
    const operation = startOperation(tracer, instruments.toolDuration, {
      name: `${OPERATION.tool} ${name}`,
      kind: SpanKind.INTERNAL,
      startMs,
      parent,
      attributes: {
        [ATTR.operation]: OPERATION.tool,
        [ATTR.toolName]: name,
        [ATTR.toolType]: 'function',
        [ATTR.toolCallId]: callId,
        [ATTR.agentName]: run.agent,
      },
      dimensions: { [ATTR.toolName]: name, [ATTR.toolType]: 'function', [ATTR.agentName]: run.agent },
    })
    open.set(callId, operation)
    toolContexts.set(callKey(run.runId, callId), operation.context)
    return operation
  }
  const close = (callId: string, atMs: number, error: OperationError | null): void => {
    const operation = open.get(callId)
    open.delete(callId)
    toolContexts.delete(callKey(run.runId, callId))
    operation?.end(atMs, error)
  }
  return {
    start({ callId, name, input, atMs }, parent) {
      close(callId, atMs, { type: 'tool.interrupted' })
      const { span } = begin({ callId, name, startMs: atMs }, parent)
      if (captureContent) span.setAttribute(ATTR.toolArguments, JSON.stringify(input))
    },
    end({ callId, result, durationMs, atMs }, parent) {
      // Denied and unknown calls were never begun; one that was begun by another driver is told from its own clock.
      const operation =
        open.get(callId) ?? begin({ callId, name: result.name, startMs: atMs - durationMs }, parent)
      if (captureContent && !result.error) {
        operation.span.setAttribute(ATTR.toolResult, JSON.stringify(result.output))
      }
      close(callId, atMs, result.error ? explain(result.error) : null)
    },
    cut(atMs, error) {
      for (const callId of [...open.keys()]) close(callId, atMs, error)
    },
  }
}

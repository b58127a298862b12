import { SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Context, Histogram, Span, SpanKind, Tracer } from '@opentelemetry/api'
import { ATTR } from './attributes.ts'

/** Why an operation came to nothing. */
export interface OperationError {
  /** For `error.type`: one of the codes of `@heddle/core`. */
  readonly type: string
  /** For the span's status; absent when content is not captured, because a sentence may quote some. */
  readonly message?: string
}

/** A span that is open, and the duration that is recorded when it closes. */
export interface Operation {
  readonly span: Span
  /** For the spans that are to stand below this one. */
  readonly context: Context
  readonly startMs: number
  /** Attributes of the duration metric; kept few, because each combination is a series of its own. */
  dimensions: Attributes
  /** Closes it; a second call does nothing. `atMs` before the start counts as the start. */
  end(atMs: number, error?: OperationError | null): void
}

/** How an {@link Operation} begins. */
export interface OperationStart {
  readonly name: string
  readonly kind: SpanKind
  /** Epoch milliseconds. */
  readonly startMs: number
  readonly attributes: Attributes
  readonly dimensions: Attributes
  readonly parent: Context
}

export function startOperation(tracer: Tracer, duration: Histogram, start: OperationStart): Operation {
  const { name, kind, startMs, attributes, parent } = start
  const span = tracer.startSpan(name, { kind, startTime: instant(startMs), attributes }, parent)
  let isOpen = true
  const operation: Operation = {
    span,
    context: trace.setSpan(parent, span),
    startMs,
    dimensions: start.dimensions,
    end(atMs, error = null) {
      if (!isOpen) return
      isOpen = false
      const endMs = Math.max(startMs, atMs)
      if (error) {
        span.setAttribute(ATTR.errorType, error.type)
        span.setStatus({
          code: SpanStatusCode.ERROR,
          ...(error.message === undefined ? {} : { message: error.message }),
        })
      }
      span.end(instant(endMs))
      duration.record(
        (endMs - startMs) / 1_000,
        error ? { ...operation.dimensions, [ATTR.errorType]: error.type } : operation.dimensions,
      )
    },
  }
  return operation
}

/** A bare number would be ambiguous: the SDK takes small ones for milliseconds since the process began. */
export function instant(epochMs: number): Date {
  return new Date(epochMs)
}

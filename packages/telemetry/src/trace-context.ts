import type { Runtime } from '@heddle/core'
import type { Context, Tracer } from '@opentelemetry/api'
import type { Instruments } from './instruments.ts'

/** What all traces of one sink share. */
export interface TraceContext {
  readonly tracer: Tracer
  readonly instruments: Instruments
  readonly captureContent: boolean
  readonly runtime: Pick<Runtime, 'monotonicMs'>
  /** Contexts of the tool spans that are open now, by {@link callKey}, so that child runs find their place. */
  readonly toolContexts: Map<string, Context>
}

export function callKey(runId: string, callId: string): string {
  return `${runId}/${callId}`
}

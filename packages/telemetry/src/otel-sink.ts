import { systemRuntime } from '@heddle/core'
import type { RunRef, Runtime, Sink } from '@heddle/core'
import { metrics, trace } from '@opentelemetry/api'
import type { Context, Meter, Tracer } from '@opentelemetry/api'
import { instruments } from './instruments.ts'
import { runTrace } from './run-trace.ts'
import type { RunTrace } from './run-trace.ts'

/** What {@link otelSink} may be told. */
export interface OtelSinkOptions {
  /** Default: the global one, under the name `@heddle/telemetry`. */
  readonly tracer?: Tracer
  /** Default: the global one as it is now, so make the sink after the SDK was started. */
  readonly meter?: Meter
  /**
   * True: spans also carry instructions, messages, arguments, results and the sentences of errors, all of which may
   * be private and large. Default false.
   */
  readonly captureContent?: boolean
  /** Whose monotonic clock measures the time to the first chunk; the other times stand in the events. Default the system's. */
  readonly runtime?: Pick<Runtime, 'monotonicMs'>
}

const SCOPE = '@heddle/telemetry'

/**
 * Tells runs to OpenTelemetry by the GenAI semantic conventions: an `invoke_agent` span for each run, below it a
 * `chat` span for each turn (retries are its events) and an `execute_tool` span for each call, and histograms of tokens
 * and durations. A run that a tool started stands below that call, when both runs are given this sink; any other
 * run stands below the span that is active where the run is read.
 *
 * Whatever happens to a run, all its spans are closed by its `run.ended` or `run.paused`. Times are those of the events, so
 * that a stored log can be told as well. It never waits.
 */
export function otelSink(options: OtelSinkOptions = {}): Sink {
  const {
    tracer = trace.getTracer(SCOPE),
    meter = metrics.getMeter(SCOPE),
    captureContent = false,
    runtime = systemRuntime,
  } = options
  const toolContexts = new Map<string, Context>()
  const deps = { tracer, instruments: instruments(meter), captureContent, runtime, toolContexts }
  // By identity: two drivers that contend for one run each have a reference of their own.
  const traces = new WeakMap<RunRef, RunTrace>()

  return {
    write(events, run) {
      let told = traces.get(run)
      if (!told) traces.set(run, (told = runTrace(deps, run)))
      try {
        for (const event of events) told.hear(event)
      } catch (thrown) {
        // A run tells nothing more to a sink that threw, so nobody else would close these.
        told.abandon()
        throw thrown
      }
    },
  }
}

import type { Attributes, Meter, Tracer } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import type { HistogramMetricData } from '@opentelemetry/sdk-metrics'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'

/** A span as tests compare it. */
export interface SeenSpan {
  readonly name: string
  /** Name of the span above it; `null` at the top. */
  readonly parent: string | null
  readonly attributes: Attributes
  readonly status: ReadableSpan['status']
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[]
}

/** The real SDK, exporting to memory. */
export interface InMemory {
  readonly tracer: Tracer
  /** Spans that were started and not ended. */
  open(): number
  /** Ended spans, in the order they were started. */
  spans(): SeenSpan[]
  /** The raw ones, in the same order. */
  raw(): ReadableSpan[]
}

export function inMemory(): InMemory {
  const started: ReadableSpan[] = []
  const processor: SpanProcessor = {
    onStart: (span) => void started.push(span),
    onEnd: () => undefined,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
  const provider = new TracerProvider({ spanProcessors: [processor] })
  const raw = (): ReadableSpan[] => started.filter((span) => span.ended)
  return {
    tracer: provider.getTracer('test'),
    open: () => started.length - raw().length,
    raw,
    spans: () =>
      raw().map((span) => ({
        name: span.name,
        parent:
          started.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)?.name ??
          null,
        attributes: span.attributes,
        status: span.status,
        events: span.events.map(({ name, attributes = {} }) => ({ name, attributes })),
      })),
  }
}

/** A point of a histogram as tests compare it. */
export interface SeenPoint {
  readonly metric: string
  readonly unit: string
  readonly attributes: Attributes
  readonly count: number
  readonly sum: number
}

/** The real SDK's metrics; `collect` gives what was recorded so far, in order of the metrics' names. */
export interface InMemoryMetrics {
  readonly meter: Meter
  collect(): Promise<SeenPoint[]>
  /** The bucket bounds of each metric that was recorded. */
  bounds(): Promise<Record<string, readonly number[]>>
}

export function inMemoryMetrics(): InMemoryMetrics {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  // Nothing is exported but on demand: the interval is longer than any test.
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  const histograms = async (): Promise<HistogramMetricData[]> => {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics as HistogramMetricData[])
      .filter((metric) => metric.dataPoints.length > 0)
      .sort((a, b) => (a.descriptor.name < b.descriptor.name ? -1 : 1))
  }
  return {
    meter: provider.getMeter('test'),
    collect: async () =>
      (await histograms()).flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({
          metric: descriptor.name,
          unit: descriptor.unit,
          attributes,
          count: value.count,
          sum: value.sum ?? 0,
        })),
      ),
    bounds: async () =>
      Object.fromEntries(
        (await histograms()).map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints[0]?.value.buckets.boundaries ?? [],
        ]),
      ),
  }
}

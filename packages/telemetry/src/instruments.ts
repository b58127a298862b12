import type { Histogram, Meter } from '@opentelemetry/api'

/** The metrics of a run. Durations are in seconds. */
export interface Instruments {
  readonly tokens: Histogram
  readonly chatDuration: Histogram
  readonly timeToFirstChunk: Histogram
  readonly agentDuration: Histogram
  readonly toolDuration: Histogram
}

// Bucket bounds as the conventions advise for each metric; see `attributes.ts` for where they stand.
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, power) => 4 ** power)
const CALL_BOUNDS = Array.from({ length: 14 }, (_, power) => 2 ** power / 100)
const AGENT_BOUNDS = Array.from({ length: 13 }, (_, power) => 2 ** power / 10)

export function instruments(meter: Meter): Instruments {
  const seconds = (name: string, description: string, bounds: number[]): Histogram =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: bounds } })
  return {
    tokens: meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      description: 'Number of input and output tokens used.',
      advice: { explicitBucketBoundaries: TOKEN_BOUNDS },
    }),
    chatDuration: seconds('gen_ai.client.operation.duration', 'GenAI operation duration.', CALL_BOUNDS),
    timeToFirstChunk: seconds(
      'gen_ai.client.operation.time_to_first_chunk',
      'Time to receive the first chunk.',
      CALL_BOUNDS,
    ),
    agentDuration: seconds(
      'gen_ai.invoke_agent.duration',
      'The duration of a single agent invocation.',
      AGENT_BOUNDS,
    ),
    toolDuration: seconds(
      'gen_ai.execute_tool.duration',
      'The duration of a single tool execution.',
      CALL_BOUNDS,
    ),
  }
}

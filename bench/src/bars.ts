import type { Metric } from './metrics.ts'
import { valuesOf } from './samples.ts'
import type { Sample } from './samples.ts'
import type { CandidateName } from './scenarios.ts'
import { median, medianDifference, medianRatio } from './statistics.ts'

/** A promise of the project about its own speed. */
export interface Bar {
  readonly name: string
  readonly limit: number
  /** Whether the value may lie below the limit or above it. */
  readonly side: 'at most' | 'at least'
  /** `NaN` when what it needs was not measured. */
  readonly value: number
  readonly isMet: boolean
}

/** Checks the promises that the samples allow to check. */
export function judgeBars(samples: readonly Sample[]): Bar[] {
  const of = (scenario: string, metric: Metric, candidate: CandidateName): number[] =>
    valuesOf(samples, { scenario, metric, candidate })
  const bar = (name: string, limit: number, value: number): Bar => ({
    name,
    limit,
    side: 'at most',
    value,
    isMet: value <= limit,
  })

  const atLeast = (name: string, limit: number, value: number): Bar => ({
    name,
    limit,
    side: 'at least',
    value,
    isMet: value >= limit,
  })

  const toBaseline = (scenario: string, metric: Metric, own: CandidateName = 'heddle'): number =>
    medianRatio(of(scenario, metric, own), of(scenario, metric, 'fetch-loop'))
  const throughput = (scenario: string, unit: 'delta' | 'step', limit: number): Bar[] => {
    const metric = unit === 'delta' ? 'cpuUsPerDelta' : 'cpuUsPerStep'
    const toAiSdk = medianRatio(of(scenario, metric, 'heddle'), of(scenario, metric, 'ai-sdk'))
    return [
      bar(`${scenario}: CPU per ${unit}, heddle / fetch-loop`, limit, toBaseline(scenario, metric)),
      bar(`${scenario}: CPU per ${unit}, heddle / ai-sdk`, 0.35, toAiSdk),
    ]
  }
  const growth = medianRatio(
    of('tool-loop-400', 'cpuUsPerStep', 'heddle'),
    of('tool-loop-50', 'cpuUsPerStep', 'heddle'),
  )
  const typical = (scenario: string, metric: Metric): number => median(of(scenario, metric, 'heddle'))
  return [
    ...throughput('stream', 'delta', 1.2),
    ...throughput('tool-loop-50', 'step', 1.5),
    ...throughput('tool-loop-400', 'step', 1),
    bar('heddle: CPU per step, 400 steps / 50 steps', 1.15, growth),
    bar('agents-1000: CPU per agent, heddle / fetch-loop', 1.2, toBaseline('agents-1000', 'cpuMsPerAgent')),
    // A tenth more is a few reads of the socket; a candidate that does not stop pulls ten times as much.
    bar('slow-sink: share pulled, heddle / fetch-loop', 1.1, toBaseline('slow-sink', 'pulledPercent')),
    bar('slow-sink: MB held, heddle', 5, typical('slow-sink', 'heldMb')),
    bar('leak: KB held per run, heddle', 1, typical('leak', 'heldKbPerRun')),
    bar(
      'stream: CPU per delta, heddle-sqlite / fetch-loop',
      1.4,
      toBaseline('stream', 'cpuUsPerDelta', 'heddle-sqlite'),
    ),
    bar(
      'lone-steps: wall ms per step, heddle-sqlite - heddle',
      0.5,
      medianDifference(of('lone-steps', 'stepMs', 'heddle-sqlite'), of('lone-steps', 'stepMs', 'heddle')),
    ),
    atLeast(
      'durable-log: events per second, heddle-sqlite',
      20_000,
      median(of('durable-log', 'eventsPerSecond', 'heddle-sqlite')),
    ),
    bar('import-core: CPU ms over bare Node, heddle', 10, typical('import-core', 'cpuMs')),
  ].filter(({ value }) => !Number.isNaN(value))
}

import { METRICS } from './metrics.ts'
import type { Metric } from './metrics.ts'
import { BASELINE } from './scenarios.ts'
import type { CandidateName } from './scenarios.ts'
import { median, medianRatio } from './statistics.ts'

/** One figure of one process. */
export interface Sample {
  readonly scenario: string
  readonly metric: Metric
  readonly candidate: CandidateName
  /** From 1. */
  readonly round: number
  readonly value: number
}

/** What all rounds say together. */
export interface Summary {
  readonly scenario: string
  readonly metric: Metric
  readonly candidate: CandidateName
  readonly median: number
  readonly min: number
  readonly max: number
  /** To the baseline: the median of the rounds' ratios. `null` for a metric that has no meaningful one. */
  readonly ratio: number | null
}

/** The values of one series, by round. */
export function valuesOf(
  samples: readonly Sample[],
  series: Pick<Sample, 'scenario' | 'metric' | 'candidate'>,
): number[] {
  return samples
    .filter(
      ({ scenario, metric, candidate }) =>
        scenario === series.scenario && metric === series.metric && candidate === series.candidate,
    )
    .toSorted((a, b) => a.round - b.round)
    .map(({ value }) => value)
}

/** One summary per series, scenario by scenario, in the order of the first samples. */
export function summarise(samples: readonly Sample[]): Summary[] {
  const keyOf = ({ scenario, metric, candidate }: Sample): string => `${scenario} ${metric} ${candidate}`
  const series = new Map(samples.map((sample) => [keyOf(sample), sample]))
  return [...series.values()].map(({ scenario, metric, candidate }) => {
    const values = valuesOf(samples, { scenario, metric, candidate })
    const references = valuesOf(samples, { scenario, metric, candidate: BASELINE })
    return {
      scenario,
      metric,
      candidate,
      median: median(values),
      min: Math.min(...values),
      max: Math.max(...values),
      ratio: METRICS[metric].hasRatio ? medianRatio(values, references) : null,
    }
  })
}

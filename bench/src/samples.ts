import { METRICS } from './metrics.ts'
import type { Metric } from './metrics.ts'
import type { Scenario } from './scenario.ts'
import { median, medianRatio } from './statistics.ts'

/** One figure of one process. */
export interface Sample {
  readonly scenario: string
  readonly metric: Metric
  readonly candidate: string
  /** From 1. */
  readonly round: number
  readonly value: number
}

/** What all rounds say together. */
export interface Summary {
  readonly scenario: string
  readonly metric: Metric
  readonly candidate: string
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

/**
 * One summary per series, in the order of the scenarios and their candidates.
 *
 * @param scenarios - The first candidate of each is what its others are compared with.
 */
export function summarise(
  samples: readonly Sample[],
  scenarios: readonly Pick<Scenario, 'name' | 'candidates'>[],
): Summary[] {
  return scenarios.flatMap(({ name: scenario, candidates }) => {
    const metrics = new Set(
      samples.filter((sample) => sample.scenario === scenario).map(({ metric }) => metric),
    )
    return [...metrics].flatMap((metric) =>
      candidates.flatMap((candidate) => {
        const values = valuesOf(samples, { scenario, metric, candidate })
        const references = valuesOf(samples, { scenario, metric, candidate: candidates[0] ?? candidate })
        return values.length === 0
          ? []
          : [{ scenario, metric, candidate, ...figuresOf(metric, values, references) }]
      }),
    )
  })
}

function figuresOf(
  metric: Metric,
  values: readonly number[],
  references: readonly number[],
): Pick<Summary, 'median' | 'min' | 'max' | 'ratio'> {
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    ratio: METRICS[metric].hasRatio ? medianRatio(values, references) : null,
  }
}

import { valuesOf } from './samples.ts'
import type { Sample } from './samples.ts'
import type { CandidateName, Metric } from './scenarios.ts'
import { median, medianRatio } from './statistics.ts'

/** A promise of the project about its own speed. */
export interface Bar {
  readonly name: string
  readonly limit: number
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
    value,
    isMet: value <= limit,
  })

  const perUnit = (scenario: string, metric: Metric, unit: string): Bar[] => {
    const own = of(scenario, metric, 'heddle')
    return [
      bar(
        `${scenario}: CPU per ${unit}, heddle / fetch-loop`,
        1.5,
        medianRatio(own, of(scenario, metric, 'fetch-loop')),
      ),
      bar(
        `${scenario}: CPU per ${unit}, heddle / ai-sdk`,
        0.35,
        medianRatio(own, of(scenario, metric, 'ai-sdk')),
      ),
    ]
  }
  const growth = medianRatio(
    of('tool-loop-400', 'cpuUsPerStep', 'heddle'),
    of('tool-loop-50', 'cpuUsPerStep', 'heddle'),
  )
  return [
    ...perUnit('stream', 'cpuUsPerDelta', 'delta'),
    ...perUnit('tool-loop-50', 'cpuUsPerStep', 'step'),
    ...perUnit('tool-loop-400', 'cpuUsPerStep', 'step'),
    bar('heddle: CPU per step, 400 steps / 50 steps', 1.3, growth),
    bar('import-core: CPU ms over bare Node, heddle', 10, median(of('import-core', 'cpuMs', 'heddle'))),
  ].filter(({ value }) => !Number.isNaN(value))
}

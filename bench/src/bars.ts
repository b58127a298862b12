import type { Metric } from './metrics.ts'
import { valuesOf } from './samples.ts'
import type { Sample } from './samples.ts'
import { median, medianDifference, medianRatio } from './statistics.ts'

/** What was measured, for the rules of the bars. */
export interface Measured {
  /** One series, by round; empty when it was not measured. */
  of(scenario: string, metric: Metric, candidate: string): readonly number[]
}

/** A promise of the project about its own speed. */
export interface Bar {
  readonly name: string
  readonly limit: number
  /** Whether the value may lie below the limit or above it. */
  readonly side: 'at most' | 'at least'
  /** `NaN` when what it needs was not measured. */
  value(measured: Measured): number
}

/** A bar that what it is about was measured for. */
export interface JudgedBar extends Omit<Bar, 'value'> {
  readonly value: number
  readonly isMet: boolean
}

/** Checks the promises that the samples allow to check. */
export function judgeBars(samples: readonly Sample[], bars: readonly Bar[] = BARS): JudgedBar[] {
  const measured: Measured = {
    of: (scenario, metric, candidate) => valuesOf(samples, { scenario, metric, candidate }),
  }
  return bars
    .map(({ name, limit, side, value }) => ({ name, limit, side, value: value(measured) }))
    .filter(({ value }) => !Number.isNaN(value))
    .map((bar) => ({
      ...bar,
      isMet: bar.side === 'at most' ? bar.value <= bar.limit : bar.value >= bar.limit,
    }))
}

/** A scenario's metric of one candidate against that of another: the median of the rounds' ratios. */
export function ratioBar(
  limit: number,
  scenario: string,
  [metric, words]: readonly [Metric, string],
  [own, other]: readonly [string, string],
): Bar {
  return {
    name: `${scenario}: ${words}, ${own} / ${other}`,
    limit,
    side: 'at most',
    value: ({ of }) => medianRatio(of(scenario, metric, own), of(scenario, metric, other)),
  }
}

/** The median of one candidate's metric. */
function typicalBar(
  limit: number,
  scenario: string,
  [metric, words]: readonly [Metric, string],
  candidate = 'heddle',
): Bar {
  return {
    name: `${scenario}: ${words}, ${candidate}`,
    limit,
    side: 'at most',
    value: ({ of }) => median(of(scenario, metric, candidate)),
  }
}

const PER_DELTA = ['cpuUsPerDelta', 'CPU per delta'] as const
const PER_STEP = ['cpuUsPerStep', 'CPU per step'] as const
const TO_LOOP = ['heddle', 'fetch-loop'] as const
const TO_AI_SDK = ['heddle', 'ai-sdk'] as const

const growth: Bar = {
  name: 'heddle: CPU per step, 400 steps / 50 steps',
  limit: 1.15,
  side: 'at most',
  value: ({ of }) =>
    medianRatio(of('tool-loop-400', 'cpuUsPerStep', 'heddle'), of('tool-loop-50', 'cpuUsPerStep', 'heddle')),
}

const diskWait: Bar = {
  name: 'lone-steps: wall ms per step, heddle-sqlite - heddle',
  limit: 0.5,
  side: 'at most',
  value: ({ of }) =>
    medianDifference(of('lone-steps', 'stepMs', 'heddle-sqlite'), of('lone-steps', 'stepMs', 'heddle')),
}

/** Against a hand-written loop on the same wire, and the vendor's own client. A loop on `node:http` reaches 0.44. */
const wires = ['chat', 'messages', 'responses', 'google'].flatMap((wire) => [
  ratioBar(0.8, `wire-${wire}`, PER_DELTA, TO_LOOP),
  ratioBar(0.6, `wire-${wire}`, PER_DELTA, ['heddle', 'vendor-sdk']),
])

const TO_SQL = ['heddle', 'raw-sqlite'] as const

/** The decision graph, at 100,000 nodes and 200,000 links: its links in memory make walks a small part of a query. */
const graph = [
  ratioBar(1.5, 'graph', ['graphRowUs', 'CPU per row in bulk'], TO_SQL),
  ratioBar(1.2, 'graph', ['graphWriteUs', 'CPU of a decision and two links'], TO_SQL),
  ratioBar(0.2, 'graph', ['graphWalkUs', 'CPU of ten steps down'], TO_SQL),
  ratioBar(1.5, 'graph', ['graphSearchUs', 'CPU of a search'], TO_SQL),
  typicalBar(5, 'graph', ['contextMs', 'wall ms of a context block']),
  typicalBar(100, 'graph', ['cascadeMs', 'wall ms of doubt in 10,000 nodes']),
]

/** What the project promises. */
const BARS: readonly Bar[] = [
  ratioBar(0.8, 'stream', PER_DELTA, TO_LOOP),
  ratioBar(0.35, 'stream', PER_DELTA, TO_AI_SDK),
  ratioBar(1.5, 'tool-loop-50', PER_STEP, TO_LOOP),
  ratioBar(0.35, 'tool-loop-50', PER_STEP, TO_AI_SDK),
  // Each message is encoded once; a loop on `node:http` that encodes all of them each time reaches 0.6.
  ratioBar(0.7, 'tool-loop-400', PER_STEP, TO_LOOP),
  ratioBar(0.35, 'tool-loop-400', PER_STEP, TO_AI_SDK),
  growth,
  ratioBar(0.8, 'agents-1000', ['cpuMsPerAgent', 'CPU per agent'], TO_LOOP),
  // A tenth more is a few reads of the socket; a candidate that does not stop pulls ten times as much.
  ratioBar(1.1, 'slow-sink', ['pulledPercent', 'share pulled'], TO_LOOP),
  typicalBar(5, 'slow-sink', ['heldMb', 'MB held']),
  typicalBar(1, 'leak', ['heldKbPerRun', 'KB held per run']),
  ...wires,
  ratioBar(1, 'stream', PER_DELTA, ['heddle-sqlite', 'fetch-loop']),
  diskWait,
  {
    ...typicalBar(20_000, 'durable-log', ['eventsPerSecond', 'events per second'], 'heddle-sqlite'),
    side: 'at least',
  },
  ...graph,
  typicalBar(10, 'import-core', ['cpuMs', 'CPU ms over bare Node']),
]

export type Metric =
  | 'cpuUsPerDelta'
  | 'cpuUsPerStep'
  | 'cpuMs'
  | 'peakRssMb'
  | 'cpuMsPerAgent'
  | 'rssKbPerAgent'
  | 'loopStallMs'
  | 'pulledPercent'
  | 'heldMb'
  | 'heldKbPerRun'
  | 'stepMs'
  | 'eventsPerSecond'
  | 'syncMs'
  | 'graphRowUs'
  | 'graphWriteUs'
  | 'graphWalkUs'
  | 'graphSearchUs'
  | 'contextMs'
  | 'cascadeMs'

/** What one process measured. */
export type Figures = Readonly<Partial<Record<Metric, number>>>

/** What a metric is called in the table, and whether there is a quotient to the baseline. */
interface MetricInfo {
  readonly label: string
  /** False where the values lie around zero, or the baseline does nothing of the kind. */
  readonly hasRatio: boolean
}

export const METRICS: Readonly<Record<Metric, MetricInfo>> = {
  cpuUsPerDelta: { label: 'CPU µs/delta', hasRatio: true },
  cpuUsPerStep: { label: 'CPU µs/step', hasRatio: true },
  cpuMs: { label: 'CPU ms', hasRatio: true },
  peakRssMb: { label: 'peak RSS MB', hasRatio: true },
  cpuMsPerAgent: { label: 'CPU ms/agent', hasRatio: true },
  rssKbPerAgent: { label: 'RSS KB/agent', hasRatio: true },
  loopStallMs: { label: 'loop stall ms', hasRatio: true },
  pulledPercent: { label: 'pulled %', hasRatio: true },
  heldMb: { label: 'heap held MB', hasRatio: false },
  heldKbPerRun: { label: 'heap held KB/run', hasRatio: false },
  stepMs: { label: 'wall ms/step', hasRatio: true },
  eventsPerSecond: { label: 'events/s', hasRatio: false },
  syncMs: { label: 'bare disk sync ms', hasRatio: false },
  graphRowUs: { label: 'bulk: CPU µs/row', hasRatio: true },
  graphWriteUs: { label: 'write: CPU µs', hasRatio: true },
  graphWalkUs: { label: 'walk: CPU µs', hasRatio: true },
  graphSearchUs: { label: 'search: CPU µs', hasRatio: true },
  contextMs: { label: 'context: wall ms', hasRatio: false },
  cascadeMs: { label: 'cascade: wall ms', hasRatio: false },
}

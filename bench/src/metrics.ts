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

/** What a metric is called in the table, and whether a quotient of two of its values says anything. */
interface MetricInfo {
  readonly label: string
  /** False where the values lie around zero. */
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
}

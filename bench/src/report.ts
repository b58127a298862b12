import type { Bar } from './bars.ts'
import type { Summary } from './samples.ts'
import type { Metric } from './scenarios.ts'

const METRIC_LABELS: Readonly<Record<Metric, string>> = {
  cpuUsPerDelta: 'CPU µs/delta',
  cpuUsPerStep: 'CPU µs/step',
  cpuMs: 'CPU ms',
  peakRssMb: 'peak RSS MB',
}

/** The figures as lines of text, one per series. */
export function figuresTable(summaries: readonly Summary[]): string {
  return table([
    ['scenario', 'metric', 'candidate', 'median (min–max)', 'ratio'],
    ...summaries.map(({ scenario, metric, candidate, median, min, max, ratio }) => [
      scenario,
      METRIC_LABELS[metric],
      candidate,
      `${figure(median)} (${figure(min)}–${figure(max)})`,
      `${ratio.toFixed(2)}x`,
    ]),
  ])
}

/** The bars as lines of text. */
export function barsTable(bars: readonly Bar[]): string {
  return table([
    ['bar', 'limit', 'measured', ''],
    ...bars.map(({ name, limit, value, isMet }) => [
      name,
      String(limit),
      value.toPrecision(3),
      isMet ? 'pass' : 'MISSED',
    ]),
  ])
}

/** Three significant digits, more for whole numbers. */
function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

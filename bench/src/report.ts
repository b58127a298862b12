import type { JudgedBar } from './bars.ts'
import { METRICS } from './metrics.ts'
import type { Summary } from './samples.ts'

/** The figures as lines of text, one per series. */
export function figuresTable(summaries: readonly Summary[]): string {
  return table([
    ['scenario', 'metric', 'candidate', 'median (min–max)', 'ratio'],
    ...summaries.map(({ scenario, metric, candidate, median, min, max, ratio }) => [
      scenario,
      METRICS[metric].label,
      candidate,
      `${figure(median)} (${figure(min)}–${figure(max)})`,
      ratio === null ? '' : `${ratio.toFixed(2)}x`,
    ]),
  ])
}

/** The bars as lines of text. */
export function barsTable(bars: readonly JudgedBar[]): string {
  return table([
    ['bar', 'limit', 'measured', ''],
    ...bars.map(({ name, limit, side, value, isMet }) => [
      name,
      `${side === 'at most' ? '≤' : '≥'} ${limit}`,
      figure(value),
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

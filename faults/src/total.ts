import type { RowOutcome } from './fault-row.ts'

/** The last line of the report: what was skipped counts as neither. */
export function totalOf(outcomes: readonly Pick<RowOutcome, 'outcome'>[]): string {
  const count = (wanted: RowOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length
  const skipped = count('skipped')
  const survived = `faults survived: ${count('survived')}/${outcomes.length - skipped}`
  return skipped === 0 ? survived : `${survived}, ${skipped} skipped`
}

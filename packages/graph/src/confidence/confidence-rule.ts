/** What happened to a decision. */
export type Verdict = 'passed' | 'failed' | 'corrected' | 'reverted'

/** What a decision has that nobody gave a number: rather right than wrong, above the threshold of doubt (50). */
export const PRIOR_CONFIDENCE = 60
/** No outcome makes anything certain; 0 and 100 are for people. */
export const LEAST_CONFIDENCE = 5
export const MOST_CONFIDENCE = 95

/**
 * How much likelier each verdict is for a wrong decision than for a right one (below 1: likelier for a right
 * one). Estimates, chosen so that from the prior of 60 one failing test run brings the decision itself (33)
 * and the one it rests on (46) below the threshold of 50, one passing run repairs most of it (50), and no
 * single passing run makes a decision look proven (75): tests see only a part. A person's correction weighs
 * as much as two failing runs. A commit that was reverted lies in between: also good work is reverted.
 */
const ODDS_AGAINST: Readonly<Record<Verdict, number>> = {
  passed: 1 / 2,
  failed: 3,
  reverted: 5,
  corrected: 9,
}

/** Each step further away halves the weight: an outcome says less of what lies behind what it tested. */
const DISTANCE_DECAY = 0.5

/** One verdict and how far from the decision it fell. */
export interface Weighed {
  readonly verdict: Verdict
  /** 0: about the decision itself; 1: about what it rests on next; … */
  readonly distance: number
}

/**
 * What a confidence becomes after verdicts: Bayes' rule in log-odds. Pure; the order of the verdicts makes no
 * difference; a verdict in favour never lowers it, one against never raises it.
 *
 * @param confidence - 0–100; `null` counts as {@link PRIOR_CONFIDENCE}.
 * @returns A whole number from 5 to 95. A number outside of that which a person gave is kept by verdicts that
 *   agree with it.
 */
export function confidenceAfter(confidence: number | null, verdicts: readonly Weighed[]): number {
  const before = confidence ?? PRIOR_CONFIDENCE
  const start = Math.min(Math.max(before, LEAST_CONFIDENCE), MOST_CONFIDENCE)
  const change = verdicts
    .map(({ verdict, distance }) => -Math.log(ODDS_AGAINST[verdict]) * DISTANCE_DECAY ** distance)
    // Sorted, so that equal sets give equal sums to the last bit.
    .sort((a, b) => a - b)
    .reduce((sum, step) => sum + step, 0)
  const odds = Math.log(start / (100 - start)) + change
  const after = Math.round(Math.min(Math.max(100 / (1 + Math.exp(-odds)), LEAST_CONFIDENCE), MOST_CONFIDENCE))
  return change >= 0 ? Math.max(after, Math.min(before, 100)) : Math.min(after, Math.max(before, 0))
}

/** How something is: as it should be, worth knowing, or broken although it is set up. */
export type CheckStatus = 'ok' | 'info' | 'broken'

/** What was looked at, and what came of it. Holds no key. */
export interface Check {
  readonly group: 'Heddle' | 'Models' | 'Servers of your own' | 'Subscriptions' | 'Project'
  /** What it is about, such as `Node` or `groq`. */
  readonly name: string
  readonly status: CheckStatus
  readonly text: string
  /** What to do; null when there is nothing to do. */
  readonly advice: string | null
}

/** A check that found nothing to do. */
export function good(group: Check['group'], name: string, text: string): Check {
  return { group, name, status: 'ok', text, advice: null }
}

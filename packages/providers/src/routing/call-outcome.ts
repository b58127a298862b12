import { isAgentError } from '@heddle/core'
import type { ErrorCode } from '@heddle/core'

/** What a call shows of whether its model is there. */
export type CallOutcome =
  | { readonly kind: 'answered' | 'nothing' }
  | { readonly kind: 'absent'; readonly code: ErrorCode }
  /** The provider asked to be left alone for so many milliseconds. */
  | { readonly kind: 'pause'; readonly forMs: number }

/** Of these, the model was not there. */
const ABSENCES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model.unavailable',
  'model.timeout',
  'model.connect_timeout',
  'model.first_byte_timeout',
  'model.idle_timeout',
  'model.total_timeout',
  'model.interrupted',
  'model.bad_response',
])
/** These are answers of the provider: it is there, however little it liked the request. */
const ANSWERS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model.auth',
  'model.context_overflow',
  'model.invalid_request',
  'model.not_found',
  'model.spend_limit',
])

/**
 * What was thrown by a call.
 *
 * @param longPauseMs - A wait of this length or more is a pause; a shorter one is the retry policy's business.
 * @returns `nothing` for an abort, for a short rate limit, and for whatever the provider had no part in.
 */
export function outcomeOf(thrown: unknown, longPauseMs: number): CallOutcome {
  if (!isAgentError(thrown)) return { kind: 'nothing' }
  const { code, retryAfterMs = 0 } = thrown
  if (retryAfterMs >= longPauseMs && (code === 'model.rate_limited' || ABSENCES.has(code))) {
    return { kind: 'pause', forMs: retryAfterMs }
  }
  if (ABSENCES.has(code)) return { kind: 'absent', code }
  return { kind: ANSWERS.has(code) ? 'answered' : 'nothing' }
}

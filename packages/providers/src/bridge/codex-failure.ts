import { isJsonObject, ModelError } from '@heddle/core'
import type { ErrorCode } from '@heddle/core'
import { parseObject } from '../wire/parse-object.ts'
import { brokenOff, notLoggedIn } from './bridge-failure.ts'
import type { BridgeName } from './bridge-names.ts'
import { quoted } from './cli-words.ts'

/** What Codex says of a failure is a sentence for people and nothing else. The first that fits wins. */
const SENTENCES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/usage limit/i, 'model.rate_limited'],
  [/quota exceeded|insufficient_quota|exceeded your current quota/i, 'model.spend_limit'],
  [/ran out of room|context[_ ](window|length)/i, 'model.context_overflow'],
  [
    /status 40[13]|unauthorized|not logged in|log ?in again|sign(ing)? in again|(access|refresh) token/i,
    'model.auth',
  ],
  [/models?\b.{0,120}\b(does not exist|not found|is not supported)|model_not_found/i, 'model.not_found'],
  [/rate limit|too many requests|status:? 429/i, 'model.rate_limited'],
  [
    /at capacity|high demand|overloaded|connection failed|error sending request|status 5\d\d/i,
    'model.unavailable',
  ],
  [/stream disconnected|stream closed|network error/i, 'model.interrupted'],
  [/invalid_request_error|status 4\d\d/i, 'model.invalid_request'],
]

const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['model.rate_limited', 'model.unavailable'])

const ADVICE: Partial<Record<ErrorCode, string>> = {
  'model.context_overflow': '; shorten the conversation',
  'model.not_found': '; name a model that the subscription has',
}

/** Understands the sentence of a failed turn. */
export function codexFailure(name: BridgeName, message: string, hasBegun: boolean): ModelError {
  const said = quoted(sentenceOf(message)) || 'it said no more than that it failed'
  const found = SENTENCES.find(([sentence]) => sentence.test(message))?.[1] ?? 'model.unavailable'
  const code = found === 'model.unavailable' && hasBegun ? 'model.interrupted' : found
  if (code === 'model.auth') return notLoggedIn(name, said)
  if (code === 'model.interrupted') return brokenOff(name, said)
  return new ModelError(code, `${name} gave no answer: ${said}${ADVICE[code] ?? ''}`, {
    retryable: RETRYABLE.has(code),
    retryAfterMs: code === 'model.rate_limited' ? retryAfterMs(message, new Date()) : undefined,
  })
}

/** Some failures are the server's JSON, as it came. */
function sentenceOf(message: string): string {
  const error = parseObject(message)?.['error']
  return isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : message
}

const MS_PER_DAY = 86_400_000

/**
 * Reads when to try again: `in 11.054s`, `at 3:04 PM`, or `at Nov 25th, 2026 3:04 PM`, in the time zone of this
 * machine.
 *
 * @returns Milliseconds from `now`, never negative; nothing when it does not say.
 */
export function retryAfterMs(message: string, now: Date): number | undefined {
  const seconds = /try again in ([\d.]+) ?s\b/i.exec(message)?.[1]
  if (seconds !== undefined) return Math.ceil(Number.parseFloat(seconds) * 1000)
  const [, day, time] =
    /try again at (?:(\w{3} \d{1,2})(?:st|nd|rd|th), )?((?:\d{4} )?\d{1,2}:\d\d [AP]M)/i.exec(message) ?? []
  if (time === undefined) return undefined
  const at = day === undefined ? Date.parse(`${now.toDateString()} ${time}`) : Date.parse(`${day} ${time}`)
  if (Number.isNaN(at)) return undefined
  const waitMs = at - now.getTime()
  // It rounds down to the minute; a time of day that was long ago is tomorrow's.
  if (day === undefined && waitMs < -MS_PER_DAY / 2) return waitMs + MS_PER_DAY
  return Math.max(0, waitMs)
}

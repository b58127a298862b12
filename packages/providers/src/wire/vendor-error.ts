import { isJsonObject, ModelError } from '@heddle/core'
import type { ErrorCode } from '@heddle/core'
import type { ReplyHeaders } from './reply.ts'

/** Who answered, for error sentences. */
export interface Vendor {
  /** As it stands before the `/` of a model id. */
  readonly provider: string
  /** Texts that must not appear in a message although the vendor may repeat them: the key, the values of headers. */
  readonly secrets: readonly string[]
  /** What to do besides when it says that something is not there, and not that it is the model. */
  readonly notFoundAdvice?: string
}

/** An answer that is not a stream. */
export interface VendorFailure {
  /** HTTP status; `null` for an error inside a stream that began well. */
  readonly status: number | null
  /** Parsed JSON, or text. */
  readonly body: unknown
  readonly headers?: ReplyHeaders | undefined
}

/** Longest piece of a vendor's own words in a message, in UTF-16 units. */
const MAX_QUOTE = 300

/** Shorter values are no secrets (`ollama`, a version) and would blank out words. */
const MIN_SECRET_LENGTH = 8

/** How vendors say that the transcript is too long: OpenAI, Anthropic, Google, Mistral, Groq, xAI, Z.ai, vLLM, llama.cpp, LM Studio, OpenRouter, Moonshot. */
const OVERFLOW =
  /context[_ ](length|window|size)|prompt is too long|prompt too long|maximum (context|prompt) length|too large for model|input token count|token count .* exceeds|exceeds? (the )?(available )?context|exceed context limit|exceeded model token limit|reduce the length of|request_too_large|input is too long|exceeds max length|inputs` tokens \+/i

/**
 * How vendors say that money, not time, is what is missing. A plain rate limit must not match. Google says the
 * same of a minute's quota and of a day's; only the quota's id tells, such as `GenerateRequestsPerDayPerProject…`.
 */
const SPEND =
  /insufficient_quota|insufficient[_ ](balance|credits?|funds)|billing_(hard_limit|not_active|error)|billing hard limit|credit balance|credits are depleted|spend(ing)?[_ -]limit|out of credits|PerDay|used all available credits|payment required/i

/** Google answers 400 where others answer 401. */
const BAD_KEY = /API_KEY_INVALID|API key (not valid|expired)/i

const UNKNOWN_MODEL =
  /model_not_found|not a valid model|(unknown|invalid) model|no such model|models?\b.{0,120}\b(does not exist|not found|is not found)/i

/** Turns a vendor's error into ours; `retryable` and `retryAfterMs` follow the contract of `LanguageModel`. */
export function vendorError(vendor: Vendor, failure: VendorFailure): ModelError {
  const facts = factsOf(failure.body)
  const status = failure.status ?? facts.status
  const code = codeFor(status, `${facts.kind} ${facts.message}`)
  const isRedirect = status !== null && status >= 300 && status < 400
  const said = isRedirect ? REDIRECT : quote(facts.message, vendor.secrets)
  const opening =
    failure.status === null
      ? `${vendor.provider} broke off its answer`
      : `${vendor.provider} answered ${failure.status}`
  const isPlace = code === 'model.not_found' && !/model|deployment/i.test(`${facts.kind} ${facts.message}`)
  const advice = `${ADVICE[code] ?? ''}${isPlace ? (vendor.notFoundAdvice ?? '') : ''}`
  return new ModelError(code, `${opening}${said === '' ? '' : `: ${said}`}${advice}`, {
    retryable: RETRYABLE.has(code),
    retryAfterMs: RETRYABLE.has(code) ? retryAfterMs(failure) : undefined,
  })
}

/**
 * `fetch` follows no redirect of ours and rejects instead, without a status. A redirect may lead to
 * another host, which must get neither key nor transcript.
 */
export function redirected(provider: string, cause: unknown): ModelError {
  return new ModelError('model.invalid_request', `${provider} answered with ${REDIRECT}`, { cause })
}

/** A stream that cannot be understood; worth one more try. */
export function badResponse(vendor: Vendor, problem: string, cause?: unknown): ModelError {
  return new ModelError('model.bad_response', `${vendor.provider} ${problem}`, { retryable: true, cause })
}

const REDIRECT = 'a redirect, which is not followed; correct the base URL'

const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model.rate_limited',
  'model.unavailable',
  'model.timeout',
  'model.interrupted',
  'model.bad_response',
])

const ADVICE: Partial<Record<ErrorCode, string>> = {
  'model.auth': '; check the API key',
  'model.spend_limit': '; check the credit and the spending limit of the account',
  'model.not_found': '; check the name of the model and the base URL',
  'model.context_overflow': '; shorten the conversation',
}

function codeFor(status: number | null, text: string): ErrorCode {
  if (status === 402 || SPEND.test(text)) return 'model.spend_limit'
  if (status !== null && status >= 500) return 'model.unavailable'
  if (BAD_KEY.test(text)) return 'model.auth'
  if (status !== 429 && status !== 401 && OVERFLOW.test(text)) return 'model.context_overflow'
  if (status === 404 || (status !== 429 && UNKNOWN_MODEL.test(text))) return 'model.not_found'
  return status === null ? codeForKind(text) : codeForStatus(status)
}

function codeForStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
    case 403:
      return 'model.auth'
    case 408:
      return 'model.timeout'
    // Conflict and "too early" pass by themselves.
    case 409:
    case 425:
      return 'model.unavailable'
    case 429:
      return 'model.rate_limited'
    default:
      return 'model.invalid_request'
  }
}

/** For errors inside a stream, which carry a word instead of a status. The request was accepted, so the default is to try again. */
function codeForKind(text: string): ErrorCode {
  if (/rate_limit|too many requests|resource_exhausted/i.test(text)) return 'model.rate_limited'
  if (/overloaded|server_error|api_error|unavailable/i.test(text)) return 'model.unavailable'
  if (/timeout_error|timed out/i.test(text)) return 'model.timeout'
  if (/authentication|permission|invalid_api_key/i.test(text)) return 'model.auth'
  if (/not_found_error/i.test(text)) return 'model.not_found'
  if (REFUSED.test(text)) return 'model.invalid_request'
  return 'model.unavailable'
}

/** The last are OpenAI's, for answers that fail because of what they were asked. */
const REFUSED = /invalid_(request|argument|prompt|image|base64)|bad_request|image_|_image\b|_policy/i

interface Facts {
  readonly message: string
  /** All machine-readable words, joined: `type`, `code`, `status`. */
  readonly kind: string
  /** A status that stands in the body. */
  readonly status: number | null
}

/** Finds the vendor's words in the many shapes that error bodies have. */
function factsOf(body: unknown): Facts {
  // Google wraps its error object in an array.
  const outer: unknown = Array.isArray(body) ? body[0] : body
  if (!isJsonObject(outer)) {
    return { message: typeof outer === 'string' ? textOfPage(outer) : '', kind: '', status: null }
  }
  const inner = isJsonObject(outer['error']) ? outer['error'] : outer
  const detail = detailOf(inner)
  const code = Number(inner['code'])
  const words = [
    inner['type'],
    inner['code'],
    inner['status'],
    nested(inner, 'details', 'error_code'),
    ...googleWords(inner['details']),
  ]
  return {
    message: typeof outer['error'] === 'string' ? outer['error'] : detail,
    kind: words.filter((word) => typeof word === 'string').join(' '),
    status: Number.isInteger(code) && code >= 400 && code < 600 ? code : null,
  }
}

/** The reasons and the ids of quotas in Google's details. @see https://cloud.google.com/apis/design/errors#error_details */
function googleWords(details: unknown): unknown[] {
  if (!Array.isArray(details)) return []
  return details
    .filter(isJsonObject)
    .flatMap(({ reason, violations }) => [
      reason,
      ...(Array.isArray(violations) ? violations.filter(isJsonObject) : []).map(({ quotaId }) => quotaId),
    ])
}

function detailOf(error: { readonly [key: string]: unknown }): string {
  const message = error['message'] ?? error['detail']
  if (typeof message !== 'string') return message === undefined ? '' : JSON.stringify(message)
  // OpenRouter keeps what the vendor behind it said beside its own words.
  const raw = nested(error, 'metadata', 'raw')
  return typeof raw === 'string' ? `${message}: ${raw}` : message
}

function nested(object: { readonly [key: string]: unknown }, outer: string, inner: string): unknown {
  const value = object[outer]
  return isJsonObject(value) ? value[inner] : undefined
}

/** Proxies answer with a page; its tags tell nobody anything. */
function textOfPage(text: string): string {
  return text.trimStart().startsWith('<') ? text.replace(/<(script|style)[^]*?<\/\1>|<[^>]*>/gi, ' ') : text
}

function quote(message: string, secrets: readonly string[]): string {
  let text = message
  for (const secret of secrets) {
    if (secret.length >= MIN_SECRET_LENGTH) text = text.replaceAll(secret, '***')
  }
  text = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
  return text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE).toWellFormed()}…` : text
}

/** Milliseconds the vendor asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date, or Google's `retryDelay`. Never negative. */
function retryAfterMs(failure: VendorFailure): number | undefined {
  const exact = Number.parseFloat(failure.headers?.get('retry-after-ms') ?? '')
  if (Number.isFinite(exact)) return Math.max(0, exact)

  const header = failure.headers?.get('retry-after') ?? ''
  if (/^\s*-?[\d.]+\s*$/.test(header)) return Math.max(0, Math.round(Number.parseFloat(header) * 1000))
  const date = Date.parse(header)
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now())

  const delay = /"retryDelay":\s*"([\d.]+)s"/.exec(JSON.stringify(failure.body) ?? '')?.[1]
  return delay === undefined ? undefined : Math.round(Number.parseFloat(delay) * 1000)
}

import { isJsonObject, ModelError } from '@heddle/core'
import type { ErrorCode, JsonObject } from '@heddle/core'
import { brokenOff, notLoggedIn } from './bridge-failure.ts'
import type { BridgeName } from './bridge-names.ts'
import { quoted } from './cli-words.ts'

/**
 * Understands a line in which Claude Code says that there is no answer: `is_api_error_message`, or a result
 * with `is_error`. The members `error`, `api_error` and `api_error_status` are made for programs.
 */
export function claudeFailure(name: BridgeName, line: JsonObject, hasBegun: boolean): ModelError {
  const said = quoted(wordsOf(line))
  const code = codeOf(line, said)
  if (code === 'model.auth') return notLoggedIn(name, said)
  if (line['api_error'] === 'connection_failed' && hasBegun) return brokenOff(name, said)
  return new ModelError(code, `${name} gave no answer: ${said}${ADVICE[code] ?? ''}`, {
    retryable: RETRYABLE.has(code),
    retryAfterMs: code === 'model.rate_limited' ? resetAfterMs(line) : undefined,
  })
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model.rate_limited',
  'model.unavailable',
  'model.bad_response',
])

const ADVICE: Partial<Record<ErrorCode, string>> = {
  'model.context_overflow': '; shorten the conversation',
  'model.not_found': '; name a model that the subscription has, such as claude-subscription/sonnet',
}

function wordsOf(line: JsonObject): string {
  if (typeof line['result'] === 'string') return line['result']
  const message = line['message']
  const content = isJsonObject(message) && Array.isArray(message['content']) ? message['content'] : []
  const texts = content.map((block: unknown) => (isJsonObject(block) ? block['text'] : undefined))
  return texts.filter((text) => typeof text === 'string').join(' ') || 'it said no more than that it failed'
}

function codeOf(line: JsonObject, said: string): ErrorCode {
  const { error, api_error: apiError, api_error_status: status } = line
  if (/^prompt is too long/i.test(said)) return 'model.context_overflow'
  if (apiError === 'connection_failed') return 'model.unavailable'
  switch (error) {
    case 'authentication_failed':
      return 'model.auth'
    case 'billing_error':
      return 'model.spend_limit'
    case 'model_not_found':
      return 'model.not_found'
    case 'rate_limit':
      return 'model.rate_limited'
    case 'server_error':
      return 'model.unavailable'
    case 'invalid_request':
      return 'model.invalid_request'
    default:
      return codeOfStatus(status, said)
  }
}

function codeOfStatus(status: unknown, said: string): ErrorCode {
  if (/^not logged in/i.test(said) || status === 401 || status === 403) return 'model.auth'
  if (status === 429) return 'model.rate_limited'
  if (status === 404) return 'model.not_found'
  if (typeof status !== 'number') return 'model.bad_response'
  return status >= 500 ? 'model.unavailable' : 'model.invalid_request'
}

/** When an allowance that is used up comes back: `resetsAt` is in seconds since 1970. */
function resetAfterMs(line: JsonObject): number | undefined {
  const limit = isJsonObject(line['api_error_params'])
    ? line['api_error_params']['rate_limit_info']
    : undefined
  const resetsAt = isJsonObject(limit) ? limit['resetsAt'] : undefined
  return typeof resetsAt === 'number' ? Math.max(0, resetsAt * 1000 - Date.now()) : undefined
}

import { ModelError } from '@heddle/core'
import type { Environment } from '../environment.ts'
import { nodePost } from '../transport/node-post.ts'
import { readBaseUrl } from './base-url.ts'
import { callFetch } from './call-fetch.ts'
import { isOurs } from './carry.ts'
import { cleanHeaders } from './clean-headers.ts'
import { failureOf } from './line-failure.ts'
import { replyOf } from './reply.ts'
import type { Reply } from './reply.ts'
import { timeLimit } from './time-limit.ts'
import type { Fetch } from './transport-options.ts'
import { transportOf } from './transport-options.ts'
import { vendorError } from './vendor-error.ts'

/** A GET of something that is read as a whole. */
export interface Getting {
  /** Who is asked, for error sentences. */
  readonly provider: string
  /** http or https; without user and password. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** From the request to the end of the answer, in milliseconds. */
  readonly timeoutMs: number
  /** Of the answer, decompressed. */
  readonly maxBytes: number
  readonly signal: AbortSignal | undefined
  /** Where proxy variables are looked up. Absent: the process's environment. */
  readonly env: Environment | undefined
  readonly fetch: Fetch | undefined
  /** Told when somebody has begun to answer, with whatever. */
  readonly onReply?: () => void
}

/**
 * Gets a text, the way requests to models travel. Follows no redirect: it could lead a key elsewhere.
 *
 * @throws ModelError as `LanguageModel.stream` does; ConfigError `config.invalid` for an unusable URL, header or proxy.
 */
export async function getText(getting: Getting): Promise<string> {
  const { provider, signal, timeoutMs } = getting
  const where = readBaseUrl(provider, getting.url).host
  const secrets = Object.values(getting.headers).flatMap((value) => [value, value.replace(/^Bearer /, '')])
  const controller = new AbortController()
  const cut = (): void => controller.abort()
  let isLate = false
  let hasBegun = false
  const timer = timeLimit(timeoutMs, () => {
    isLate = true
    cut()
  })
  if (signal?.aborted) cut()
  signal?.addEventListener('abort', cut)
  try {
    controller.signal.throwIfAborted()
    const reply = await send(getting, controller.signal)
    hasBegun = true
    getting.onReply?.()
    const text = await readText(getting, reply, controller.signal)
    if (reply.status >= 200 && reply.status < 300) return text
    throw vendorError(
      { provider, secrets },
      { status: reply.status, body: parsedOr(text), headers: reply.headers },
    )
  } catch (thrown) {
    if (signal?.aborted) throw new ModelError('model.aborted', `The request to ${provider} was aborted`)
    if (isLate) {
      throw new ModelError('model.total_timeout', `${provider} did not answer within ${timeoutMs} ms`, {
        retryable: true,
      })
    }
    throw failureOf({ provider, where, hasBegun }, thrown)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cut)
    // What was not read to its end is closed; what was, is not touched by it.
    cut()
  }
}

async function send(getting: Getting, signal: AbortSignal): Promise<Reply> {
  const { url, provider, fetch } = getting
  const transport = transportOf({ ...(fetch ? { fetch } : {}), ...(getting.env ? { env: getting.env } : {}) })
  const headers = cleanHeaders(provider, getting.headers)
  if (isOurs(transport.fetch)) {
    const { connectTimeoutMs, env } = transport
    return nodePost({ url, headers, body: null, signal, connectTimeoutMs, env })
  }
  return replyOf(await callFetch(transport.fetch, url, { headers, signal, redirect: 'error' }))
}

async function readText(
  { provider, maxBytes }: Getting,
  { body }: Reply,
  signal: AbortSignal,
): Promise<string> {
  if (!body) return ''
  const utf8 = new TextDecoder()
  const release = (): void => body.cancel()
  signal.addEventListener('abort', release)
  let text = ''
  let length = 0
  for (let bytes = await body.read(); bytes !== null; bytes = await body.read()) {
    length += bytes.length
    if (length > maxBytes) {
      throw new ModelError('model.bad_response', `${provider} sent more than ${maxBytes} bytes`)
    }
    text += utf8.decode(bytes, { stream: true })
  }
  signal.removeEventListener('abort', release)
  signal.throwIfAborted()
  return text + utf8.decode()
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

import { isAgentError, messageOf, ModelError } from '@heddle/core'
import { redirected } from './vendor-error.ts'

/** How long silence is borne, in milliseconds. `Infinity` waits for ever. */
export interface Patience {
  /** From the request to the first byte of the answer. */
  readonly firstByteTimeoutMs: number
  /** Between two pieces of the answer. Time that the reader takes for itself does not count. */
  readonly idleTimeoutMs: number
}

/** One connection's end: it breaks when the caller aborts, or when the other side is silent for too long. */
export interface Line {
  readonly signal: AbortSignal
  /** Begins a wait for the other side. */
  waiting(): void
  /** The other side answered; the wait is over. */
  heard(): void
  /** Breaks the connection. */
  cut(): void
  /** Says what a failure on this line was: an abort and a time-out look the same from the socket. */
  explain(thrown: unknown): unknown
  /** Forgets the timer and the caller's signal. Must be called. */
  close(): void
}

/** Longest delay that a timer takes; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647

/**
 * Watches one connection.
 *
 * One timer serves the whole connection: it is not set again for each piece that arrives, but looks at
 * the clock when it fires, so that a busy stream pays for a clock reading only.
 */
export function openLine(provider: string, where: string, patience: Patience, caller: AbortSignal): Line {
  const controller = new AbortController()
  let limitMs = patience.firstByteTimeoutMs
  let waitingSince: number | null = null
  let hasBegun = false
  let timeout: ModelError | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const cut = (): void => controller.abort()
  const watch = (delayMs: number): void => {
    if (delayMs !== Number.POSITIVE_INFINITY) timer = setTimeout(look, Math.min(delayMs, MAX_TIMER_MS))
  }
  const look = (): void => {
    const leftMs = waitingSince === null ? limitMs : limitMs - (performance.now() - waitingSince)
    if (leftMs > 0) return watch(leftMs)
    timeout = silence(provider, hasBegun, limitMs)
    cut()
  }
  caller.addEventListener('abort', cut)
  if (caller.aborted) cut()
  watch(limitMs)

  return {
    signal: controller.signal,
    waiting() {
      waitingSince = performance.now()
    },
    heard() {
      waitingSince = null
      if (hasBegun) return
      hasBegun = true
      limitMs = patience.idleTimeoutMs
      clearTimeout(timer)
      watch(limitMs)
    },
    cut,
    explain(thrown) {
      if (caller.aborted) return new ModelError('model.aborted', `The request to ${provider} was aborted`)
      if (timeout) return timeout
      if (isAgentError(thrown)) return thrown
      return brokenLine(provider, where, hasBegun, thrown)
    },
    close() {
      clearTimeout(timer)
      caller.removeEventListener('abort', cut)
    },
  }
}

function silence(provider: string, hasBegun: boolean, limitMs: number): ModelError {
  const what = hasBegun
    ? `${provider} fell silent in the middle of its answer for ${limitMs} ms (idle time-out)`
    : `${provider} sent nothing for ${limitMs} ms (first-byte time-out)`
  return new ModelError('model.timeout', what, { retryable: true })
}

function brokenLine(provider: string, where: string, hasBegun: boolean, thrown: unknown): ModelError {
  const reason = reasonOf(thrown)
  if (!hasBegun && REDIRECTED.test(reason)) return redirected(provider, thrown)
  return hasBegun
    ? new ModelError(
        'model.interrupted',
        `The connection to ${provider} broke in the middle of its answer (${reason})`,
        {
          retryable: true,
          cause: thrown,
        },
      )
    : new ModelError(
        'model.unavailable',
        `Could not reach ${provider} at ${where} (${reason}); check the address and that the server runs`,
        {
          retryable: true,
          cause: thrown,
        },
      )
}

/** What `fetch` says of a redirect that it must not follow: undici (Node), Deno, Bun. */
const REDIRECTED = /^(unexpected ?redirect\b|encountered redirect while redirect mode is)/i

/** `fetch failed` says nothing; the errno is up to three causes further down. */
function reasonOf(thrown: unknown): string {
  let reason = messageOf(thrown)
  let at: unknown = thrown
  for (let depth = 0; depth < 4 && at instanceof Error; depth++) {
    const code: unknown = 'code' in at ? at.code : undefined
    if (typeof code === 'string') return code
    reason = at.message === '' ? reason : at.message
    at = at.cause
  }
  return reason.slice(0, 200)
}

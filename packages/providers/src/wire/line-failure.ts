import { isAgentError, messageOf, ModelError } from '@heddle/core'
import { TransportError } from '../transport/transport-error.ts'
import { redirected } from './vendor-error.ts'

/** The connection that failed. */
export interface BrokenLine {
  readonly provider: string
  /** Host, without credentials or path. */
  readonly where: string
  /** Whether something of an answer was heard. */
  readonly hasBegun: boolean
}

/** Turns whatever a transport threw into one of our errors. */
export function failureOf(line: BrokenLine, thrown: unknown): unknown {
  const causes = causesOf(thrown)
  // The vendor's SDK wraps what its `fetch` threw.
  const known = causes.find((cause) => isAgentError(cause))
  if (known) return known
  const reason = reasonOf(thrown, causes)
  if (line.hasBegun) return interrupted(line, reason, thrown)
  if (REDIRECTED.test(reason)) return redirected(line.provider, thrown)
  const told = causes.find((cause) => cause instanceof TransportError)
  if (told?.connectTimeoutMs != null) return connectTimeout(line, told, thrown)
  return unreachable(line, { reason, told }, thrown)
}

function interrupted({ provider }: BrokenLine, reason: string, cause: unknown): ModelError {
  const message = `The connection to ${provider} broke in the middle of its answer (${reason})`
  return new ModelError('model.interrupted', message, { retryable: true, cause })
}

function connectTimeout({ provider, where }: BrokenLine, told: TransportError, cause: unknown): ModelError {
  const way = told.proxy ? ` through the proxy ${told.proxy.host}` : ''
  const message = `There was no connection to ${provider} at ${where}${way} within ${told.connectTimeoutMs} ms (connect time-out)`
  return new ModelError('model.connect_timeout', message, { retryable: true, cause })
}

function unreachable(
  { provider, where }: BrokenLine,
  { reason, told }: { readonly reason: string; readonly told: TransportError | undefined },
  cause: unknown,
): ModelError {
  const proxy = told?.proxy
  const way = proxy ? ` through the proxy ${proxy.host}` : ''
  const advice = UNTRUSTED.test(reason)
    ? 'its certificate is not trusted; if you trust who made it, name their certificate in NODE_EXTRA_CA_CERTS'
    : proxy
      ? `check ${proxy.variable} and that the proxy runs`
      : 'check the address and that the server runs'
  const message = `Could not reach ${provider} at ${where}${way} (${reason}); ${advice}`
  return new ModelError('model.unavailable', message, { retryable: true, cause })
}

/** What `fetch` says of a redirect that it must not follow: undici (Node), Deno, Bun. */
const REDIRECTED = /^(unexpected ?redirect\b|encountered redirect while redirect mode is)/i

/** How OpenSSL and Node say that a chain of certificates does not end at somebody who is trusted. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)\w+)$/

/** What was thrown, and its causes: `fetch failed` says nothing, the errno is up to three further down. */
function causesOf(thrown: unknown): readonly unknown[] {
  const causes = [thrown]
  for (let at = thrown; at instanceof Error && at.cause !== undefined && causes.length < 6;) {
    at = at.cause
    causes.push(at)
  }
  return causes
}

function reasonOf(thrown: unknown, causes: readonly unknown[]): string {
  let reason = messageOf(thrown)
  for (const cause of causes) {
    if (!(cause instanceof Error)) break
    const code: unknown = 'code' in cause ? cause.code : undefined
    if (typeof code === 'string') return withStatus(code, cause)
    reason = cause.message === '' ? reason : cause.message
  }
  return reason.slice(0, 200)
}

/** A proxy that makes no tunnel answers with a status, which tells more than Node's code. */
function withStatus(code: string, error: Error): string {
  const status: unknown = 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' ? `it answered ${status}` : code
}

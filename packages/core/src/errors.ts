import type { JsonObject } from './json.ts'

/**
 * The stable part of an error: callers match on `code`, never on `message`.
 * The prefix says who must act: `config` and `run` the developer, `model` the retry policy or the
 * person who holds the key, `tool` the model itself, `log` and `sink` the operator, `graph` whoever writes
 * to the decision graph.
 *
 * Five time-outs of a model: `model.timeout` is the provider's own word, of the others the name says what our side
 * waited for.
 */
export type ErrorCode =
  | 'config.invalid'
  | 'config.missing_key'
  | 'config.unknown_price'
  | 'config.unknown_provider'
  | 'config.unknown_role'
  | 'config.unfit_model'
  | 'output.invalid'
  | 'run.consumed'
  | 'run.ended'
  | 'run.unknown'
  | 'session.busy'
  | 'session.closed'
  | 'model.aborted'
  | 'model.auth'
  | 'model.bad_response'
  | 'model.circuit_open'
  | 'model.connect_timeout'
  | 'model.context_overflow'
  | 'model.first_byte_timeout'
  | 'model.idle_timeout'
  | 'model.interrupted'
  | 'model.invalid_request'
  | 'model.not_found'
  | 'model.rate_limited'
  | 'model.spend_limit'
  | 'model.timeout'
  | 'model.total_timeout'
  | 'model.unavailable'
  | 'tool.bad_input'
  | 'tool.denied'
  | 'tool.failed'
  | 'tool.interrupted'
  | 'tool.limit'
  | 'tool.repeated'
  | 'tool.timeout'
  | 'tool.unknown'
  | 'log.conflict'
  | 'log.busy'
  | 'log.damaged'
  | 'log.failed'
  | 'log.fenced'
  | 'sink.failed'
  | 'graph.conflict'
  | 'graph.cycle'
  | 'graph.failed'
  | 'graph.invalid'
  | 'graph.unknown_node'
  | 'internal'

/** An error as it stands in events, logs and results. */
export interface ErrorJson {
  readonly code: ErrorCode
  /** One sentence for a person; may change between releases. */
  readonly message: string
  /** True when the same request may succeed later without anyone changing anything. */
  readonly retryable: boolean
  /** Milliseconds the other side asked to wait before a retry; absent when it did not say. */
  readonly retryAfterMs?: number
}

/** What an `AgentError` may carry besides its code and sentence. */
export interface ErrorOptions {
  /** What was thrown underneath; kept for debuggers, never written to a log. */
  readonly cause?: unknown
  /** Default false. */
  readonly retryable?: boolean
  readonly retryAfterMs?: number | undefined
}

const BRAND: symbol = Symbol.for('heddle.error')

/** Base of every error this workspace throws on purpose; recognise it with {@link isAgentError}. */
export class AgentError extends Error {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.retryable = options.retryable ?? false
    this.retryAfterMs = options.retryAfterMs
    Object.defineProperty(this, BRAND, { value: true })
  }

  toJSON(): ErrorJson & JsonObject {
    const json = { code: this.code, message: this.message, retryable: this.retryable }
    return this.retryAfterMs === undefined ? json : { ...json, retryAfterMs: this.retryAfterMs }
  }
}

/** Codes `config.*` and `run.*`: the program is wrong; nothing was run. Thrown, never an event. */
export class ConfigError extends AgentError {}
/** Codes `model.*`: the provider or the way to it failed. Adapters throw nothing else. */
export class ModelError extends AgentError {}
/** Codes `tool.*`: becomes a tool result that the model reads. */
export class ToolError extends AgentError {}
/** Codes `log.*`: an event could not be stored, so the run stops rather than go on unrecorded. */
export class LogError extends AgentError {}

/** True for any {@link AgentError}, also one from another copy of this package. */
export function isAgentError(value: unknown): value is AgentError {
  return typeof value === 'object' && value !== null && BRAND in value
}

/**
 * Turns whatever was thrown into data.
 *
 * @returns The error's own JSON for an {@link AgentError}; else `{ code: fallback, retryable: false }`
 *   with the thrown message (a non-Error is described by its text).
 */
export function toErrorJson(thrown: unknown, fallback: ErrorCode = 'internal'): ErrorJson {
  if (isAgentError(thrown)) return thrown.toJSON()
  return { code: fallback, message: messageOf(thrown), retryable: false }
}

/** The text of anything that can be thrown; never empty, never throws. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  try {
    const text = typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown))
    return text === '' ? 'Unknown error' : text
  } catch {
    return 'Unknown error'
  }
}

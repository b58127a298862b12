import { ConfigError, ModelError, systemRuntime } from '@heddle/core'
import type { LanguageModel, Runtime } from '@heddle/core'
import { outcomeOf } from './call-outcome.ts'
import { circuit } from './circuit.ts'
import type { Admission, Circuit } from './circuit.ts'
import { saltedHash } from './salted-hash.ts'
import { watched } from './watched-call.ts'
import type { Call } from './watched-call.ts'

/** What {@link circuitBreaker} may be told. */
export interface CircuitBreakerOptions {
  /** How many failures in a row open a circuit; at least 1. Default 5: one more than a run makes of one call. */
  readonly failures?: number
  /** How long an open circuit lets nobody through, in milliseconds. Default 30,000. */
  readonly coolDownMs?: number
  /** The clock. Default: the system's. */
  readonly runtime?: Pick<Runtime, 'monotonicMs'>
}

/** What a breaker knows of a model that failed lately. */
export interface CircuitStatus extends Pick<Circuit, 'state' | 'failures' | 'opensInMs'> {
  /** `provider/model`; the same model with two keys is there twice. */
  readonly model: string
}

/**
 * Keeps runs from asking a model that has just failed others. Give one to all models of a process: each
 * learns from the failures of all.
 */
export interface CircuitBreaker {
  /** Of the models that failed lately; one that works is not listed. */
  readonly circuits: readonly CircuitStatus[]
  /**
   * The model behind its circuit. While that is open, `stream` throws `model.circuit_open` at once, with
   * `retryAfterMs`: a chain moves on, a lone model is asked again then.
   *
   * @param key - A model with another key has another circuit. Only a hash of the key is kept, which means
   *   nothing outside of this breaker. What the function throws, `stream` throws.
   * @throws ConfigError `config.invalid` for a chain: the circuits belong around its models.
   */
  guard(model: LanguageModel, key?: () => string | undefined): LanguageModel
}

const FAILURES = 5
/** Overloads last from seconds to minutes, and one call every half a minute makes none of them worse. */
const COOL_DOWN_MS = 30_000

/**
 * Makes a circuit breaker. It has a circuit for each provider, model and key, which opens after `failures` calls
 * in a row for which the model was not there: `model.unavailable`, the time-outs, `model.interrupted`,
 * `model.bad_response`. It opens at once when the provider asks for a wait of `coolDownMs` or more, for that
 * long, but for no more than an hour; a shorter `model.rate_limited`, and an abort, change nothing. After the
 * cool-down one call is let through: the beginning of its answer lets the others in, its failure opens the
 * circuit again. A whole answer closes it, and so does a refusal such as `model.auth`: the provider is there.
 *
 * @throws ConfigError `config.invalid` when a number is too small.
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const { failures = FAILURES, coolDownMs = COOL_DOWN_MS, runtime = systemRuntime } = options
  if (!(failures >= 1 && coolDownMs > 0)) {
    throw new ConfigError(
      'config.invalid',
      'A circuit breaker needs at least 1 failure, and a cool-down of more than 0 ms.',
    )
  }
  const rules = { failures, coolDownMs, nowMs: () => runtime.monotonicMs() }
  /** Those that failed lately, by model and hash of the key. */
  const circuits = new Map<string, Circuit>()
  const hash = saltedHash()

  const circuitOf = (name: string): Circuit => {
    const found = circuits.get(name) ?? circuit(rules)
    circuits.set(name, found)
    return found
  }
  const enter = (model: string, key: string): Call => {
    const name = `${model} ${hash(key)}`
    const admission = circuits.get(name)?.admit() ?? { isOpen: false, isProbe: false }
    if (admission.isOpen) throw notAsked(model, admission)
    const { isProbe } = admission
    return {
      hear: () => circuits.get(name)?.hear(isProbe),
      end(outcome) {
        const one = circuitOf(name)
        one.end(isProbe, outcome)
        if (one.state === 'closed' && one.failures === 0) circuits.delete(name)
      },
    }
  }
  return {
    get circuits() {
      return [...circuits].map(([name, { state, failures: count, opensInMs }]) => {
        return { model: name.slice(0, name.lastIndexOf(' ')), state, failures: count, opensInMs }
      })
    },
    guard(model, key) {
      if ('chain' in model) {
        throw new ConfigError(
          'config.invalid',
          'Guard the models of a chain one by one, before they are chained.',
        )
      }
      return {
        id: model.id,
        get info() {
          return model.info
        },
        stream: (request, signal) =>
          watched(
            () => enter(model.id, key?.() ?? ''),
            () => model.stream(request, signal),
            (thrown) => outcomeOf(thrown, coolDownMs),
          ),
      }
    },
  }
}

function notAsked(model: string, { why, retryInMs }: Admission & { readonly isOpen: true }): ModelError {
  const seconds = Math.ceil(retryInMs / 1000)
  return new ModelError(
    'model.circuit_open',
    `${model} is not asked: ${why}; it is asked again in ${seconds} s`,
    {
      retryable: true,
      retryAfterMs: retryInMs,
    },
  )
}

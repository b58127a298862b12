import { ConfigError } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import type { LanguageModel } from './model.ts'

/** What {@link fallback} may be told. */
export interface FallbackOptions {
  /**
   * Which errors move on to the next model, once the usual retries are used up. Default: all but
   * `model.invalid_request`, which would fail everywhere.
   */
  readonly on?: (error: ErrorJson) => boolean
  /**
   * Escalation: after this many turns in a row in which the model called an unknown tool or sent arguments
   * that do not fit, the next model takes over. At least 1. Default: never.
   */
  readonly escalateAfter?: number
}

/** Models to be tried in order, under the name of the first. */
export interface ModelChain extends LanguageModel {
  /** 1..n, the first included. */
  readonly chain: readonly LanguageModel[]
  readonly fallback: Required<FallbackOptions>
}

/**
 * Several models as one: a run asks the first, and moves on to the next for good when one fails. Before
 * the first token of an answer the switch is silent (`model.switched` only); after it, `turn.reset` says
 * that the turn is told anew. Opaque reasoning never goes to a model that did not write it.
 *
 * @throws ConfigError `config.invalid` for an empty list, or an `escalateAfter` below 1.
 */
export function fallback(models: readonly LanguageModel[], options: FallbackOptions = {}): ModelChain {
  const [first] = models
  const { escalateAfter = Infinity } = options
  if (!first) throw new ConfigError('config.invalid', 'fallback() needs at least one model.')
  if (!(escalateAfter >= 1)) {
    throw new ConfigError('config.invalid', `escalateAfter must be a number of turns, not ${escalateAfter}.`)
  }
  return {
    id: first.id,
    info: first.info,
    chain: models.flatMap(chainOf),
    fallback: {
      on: options.on ?? ((error) => error.code !== 'model.invalid_request'),
      escalateAfter,
    },
    stream: (request, signal) => first.stream(request, signal),
  }
}

/** The models behind one; a plain model is a chain of itself. */
export function chainOf(model: LanguageModel): readonly LanguageModel[] {
  return isChain(model) ? model.chain : [model]
}

export function isChain(model: LanguageModel): model is ModelChain {
  return 'chain' in model
}

import { fallback } from '@heddle/core'
import type { LanguageModel } from '@heddle/core'
import type { ModelsOptions } from './models-options.ts'
import { namedModel } from './named-model.ts'
import { modelStringsOf } from './routing/roles.ts'

/**
 * The model that a string names, such as `anthropic/claude-sonnet-5` or `ollama:qwen3:8b`, or the role in
 * `options.roles`, such as `weak`. Several, with commas between them, are a chain: a run moves on to the next when
 * one fails. `heddle/offline` is the planner of this package; `claude-subscription/…` and `codex-subscription/…` are
 * asked through the programs of those names, without tools. Nothing is sent, no key is read and no adapter is
 * loaded before it is asked.
 *
 * @throws ConfigError `config.invalid` for a string of another form, or for a backend whose address nobody names;
 *   `config.unknown_provider`; `config.unknown_role`; `config.unfit_model` when one is known to lack what
 *   `options.needs` asks for. A missing key is thrown by `stream`, as `config.missing_key`.
 */
export function models(modelString: string, options: ModelsOptions = {}): LanguageModel {
  const [first, ...others] = modelStringsOf(modelString, options.roles)
  const chain = [first ?? modelString, ...others].map((one) => namedModel(one, options))
  return others.length === 0 && chain[0] ? chain[0] : fallback(chain, options.fallback)
}

import type { ModelInfo } from '@heddle/core'
import { isFree } from './backends/endpoint.ts'
import { findEndpoint } from './backends/find-endpoint.ts'
import type { NamedEndpoint } from './backends/find-endpoint.ts'
import { builtInCatalog } from './catalog/catalog.ts'
import { processEnvironment } from './environment.ts'
import type { ModelsOptions } from './models-options.ts'
import { modelsWith } from './routing/needs.ts'
import type { KnownModel, Market } from './routing/needs.ts'
import { UNKNOWN_INFO } from './wire/unknown-info.ts'

/** One's own server bills nobody; its window is only known by asking it. */
const OWN_INFO: ModelInfo = { contextWindow: null, maxOutputTokens: null, price: { input: 0, output: 0 } }

/** What is known of a model behind an endpoint without asking it. */
export function knownModel(
  { provider, endpoint }: NamedEndpoint,
  model: string,
  options: ModelsOptions,
): KnownModel {
  const entry = (options.catalog ?? builtInCatalog).find(provider, model)
  const known = isFree(endpoint) ? OWN_INFO : (entry?.info ?? UNKNOWN_INFO)
  const isEnforced = endpoint.enforcesSchema?.(model, entry?.isStructured === true) === true
  return { provider, model, entry, info: isEnforced ? { ...known, outputSchema: true } : known }
}

/** Where models can be found that are able to do what another is not. */
export function marketOf(options: ModelsOptions): Market {
  return {
    catalog: options.catalog ?? builtInCatalog,
    env: options.env ?? processEnvironment(),
    endpoints: options.endpoints,
    known: (provider, model) => {
      const found = findEndpoint(provider, options.endpoints)
      return found && knownModel(found, model, options)
    },
  }
}

/** Who refuses a model that calls no tools wants to name others. */
export function infoWithAdvice(known: KnownModel, market: Market): ModelInfo {
  if (known.info.tools !== false) return known.info
  return { ...known.info, toolCallers: modelsWith(['tools'], known.provider, market) }
}

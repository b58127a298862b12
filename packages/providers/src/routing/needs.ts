import { ConfigError } from '@heddle/core'
import type { ModelInfo } from '@heddle/core'
import { DEFAULT_MODELS } from '../backends/default-models.ts'
import { allEndpoints } from '../backends/find-endpoint.ts'
import type { Endpoints } from '../backends/find-endpoint.ts'
import { keyVariableOf } from '../backends/key.ts'
import type { CatalogModel, Medium } from '../catalog/catalog-model.ts'
import type { ModelCatalog } from '../catalog/catalog.ts'
import type { Environment } from '../environment.ts'

/**
 * What a model has to be able to do: call tools, be held to a JSON Schema by its vendor, think, or take
 * images, PDFs, sound or moving pictures.
 */
export type Need = 'tools' | 'structured output' | 'reasoning' | 'images' | 'pdf' | 'audio' | 'video'

/** A model, and what is known of it. */
export interface KnownModel {
  readonly provider: string
  readonly model: string
  readonly info: ModelInfo
  /** `null`: the catalogue knows nothing. */
  readonly entry: CatalogModel | null
}

/** Where other models are looked for. */
export interface Market {
  readonly catalog: ModelCatalog
  readonly env: Environment
  readonly endpoints: Endpoints | undefined
  /** Looks a model up. */
  readonly known: (provider: string, model: string) => KnownModel | null
}

/** How each need is spoken of, for a sentence that begins with the model's name. */
const CANNOT: Readonly<Record<Need, string>> = {
  tools: 'calls no tools',
  'structured output': 'is not held to a JSON Schema by its vendor',
  reasoning: 'does not reason',
  images: 'takes no images',
  pdf: 'takes no PDFs',
  audio: 'takes no audio',
  video: 'takes no video',
}

const MEDIUM: Partial<Record<Need, Medium>> = { images: 'image', pdf: 'pdf', audio: 'audio', video: 'video' }

/**
 * @throws ConfigError `config.unfit_model` for a model that is known to lack what is needed, with two that have
 *   it. Of a model that nobody knows, only the schema is not taken on trust.
 */
export function checkNeeds(known: KnownModel, needs: readonly Need[], market: Market): void {
  const lack = needs.find((need) => !meets(known, need))
  if (lack === undefined) return
  const others = modelsWith(needs, known.provider, market)
  const advice =
    others.length === 0 ? 'choose another model' : `choose a model such as ${others.join(' or ')}`
  throw new ConfigError(
    'config.unfit_model',
    `${known.provider}/${known.model} ${CANNOT[lack]}, which is needed: ${advice}`,
  )
}

function meets({ info, entry }: KnownModel, need: Need): boolean {
  if (need === 'tools') return info.tools !== false
  if (need === 'structured output') return info.outputSchema === true
  if (entry === null) return true
  const medium = MEDIUM[need]
  return medium === undefined ? entry.reasons : entry.inputs.includes(medium)
}

/** How many models a sentence of advice names. */
const ADVISED = 2

/** Models that are known to have what is needed: one of the same backend, and one that a key is set for. */
export function modelsWith(needs: readonly Need[], provider: string, market: Market): readonly string[] {
  const { catalog, env } = market
  const hasKey = new Set(
    allEndpoints(market.endpoints)
      .filter(({ endpoint }) => keyVariableOf(endpoint, env) !== null)
      .map((one) => one.provider),
  )
  const rank = (name: string): number => (name === provider ? 0 : hasKey.has(name) ? 1 : 2)
  const defaults = DEFAULT_MODELS.toSorted(([a], [b]) => rank(a) - rank(b))
  const fits = (name: string, model: string): boolean => {
    const known = market.known(name, model)
    return known?.entry?.status === null && needs.every((need) => meets(known, need))
  }
  const ids = defaults.filter(([name, model]) => fits(name, model)).map((pair) => pair.join('/'))
  if (!ids.some((id) => id.startsWith(`${provider}/`))) {
    const own = catalog.list(provider).find(({ model }) => fits(provider, model))
    if (own) ids.unshift(`${provider}/${own.model}`)
  }
  return ids.slice(0, ADVISED)
}

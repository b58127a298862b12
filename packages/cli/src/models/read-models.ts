import { toErrorJson } from '@heddle/core'
import type { ErrorJson, ModelInfo } from '@heddle/core'
import { ALIASES, backendStatus, catalogAge, listModels, unknownProvider } from '@heddle/providers'
import type { BackendStatus, CatalogModel, Endpoints, Medium, ModelCatalog } from '@heddle/providers'

/** A model as the command shows it. */
export interface ShownModel extends Pick<ModelInfo, 'contextWindow' | 'maxOutputTokens' | 'price'> {
  /** `provider/model`, as `--model` takes it. */
  readonly id: string
  /** Whether it can call tools; null when nobody says. */
  readonly tools: boolean | null
  readonly reasons: boolean
  readonly inputs: readonly Medium[]
  readonly status: 'alpha' | 'beta' | 'deprecated' | null
  readonly releaseDate: string | null
}

/** A backend and its models. */
export interface ShownProvider extends Pick<
  BackendStatus,
  'provider' | 'isReady' | 'isLocal' | 'keyFrom' | 'keyVariables' | 'address'
> {
  /** The newest first. */
  readonly models: readonly ShownModel[]
  /** Why it could not be asked; null when it was, or was not to be. */
  readonly error: ErrorJson | null
}

/** Which models are wanted. */
export interface ModelsQuery {
  readonly env: NodeJS.ProcessEnv
  readonly endpoints: Endpoints
  readonly catalog: ModelCatalog
  /** Name or alias; absent: all. */
  readonly provider?: string
  /** Words that must all stand in an id, in any case. */
  readonly search?: string
  /** Asks backends that are ready which models they have, instead of the catalogue. */
  readonly isRemote: boolean
}

/** For a backend's own list, in milliseconds. */
const REMOTE_TIMEOUT_MS = 8_000

/**
 * The backends and their models, by the catalogue or by the backends themselves.
 *
 * @throws ConfigError `config.unknown_provider`.
 */
export async function readModels(query: ModelsQuery): Promise<readonly ShownProvider[]> {
  const { env, endpoints, provider } = query
  const all = backendStatus(env, endpoints)
  const name = provider === undefined ? null : ownName(provider)
  const chosen = name === null ? all : all.filter((status) => status.provider === name)
  if (provider !== undefined && chosen.length === 0) {
    throw unknownProvider(
      provider,
      all.map((status) => status.provider),
    )
  }
  return Promise.all(chosen.map((status) => modelsOf(status, query)))
}

function ownName(provider: string): string {
  const name = provider.toLowerCase()
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name
}

async function modelsOf(status: BackendStatus, query: ModelsQuery): Promise<ShownProvider> {
  const { provider, isReady, isLocal, keyFrom, keyVariables, address } = status
  const shown = { provider, isReady, isLocal, keyFrom, keyVariables, address }
  const words = (query.search ?? '').toLowerCase().split(/\s+/)
  const fits = ({ id }: ShownModel): boolean => words.every((word) => id.toLowerCase().includes(word))
  // Whoever names a backend wants to hear why it cannot be asked.
  if (!query.isRemote || !(isReady || query.provider !== undefined)) {
    const models = query.catalog.list(provider).map((entry) => shownModel(entry.info, entry, entry.model))
    return { ...shown, models: models.filter(fits), error: null }
  }
  try {
    const { env, endpoints, catalog } = query
    const listed = await listModels(provider, { env, endpoints, catalog, timeoutMs: REMOTE_TIMEOUT_MS })
    const models = listed.map(({ info, entry, model }) => shownModel(info, entry, model, provider))
    return { ...shown, models: models.filter(fits), error: null }
  } catch (thrown) {
    if (query.provider !== undefined) throw thrown
    // Nobody is expected to run all of the servers that could be on a machine.
    const isExpected = !isLocal || Object.hasOwn(query.endpoints, provider)
    return { ...shown, models: [], error: isExpected ? toErrorJson(thrown) : null }
  }
}

function shownModel(
  { contextWindow, maxOutputTokens, price, tools }: ModelInfo,
  entry: CatalogModel | null,
  model: string,
  provider: string = entry?.provider ?? '',
): ShownModel {
  return {
    id: `${provider}/${model}`,
    contextWindow,
    maxOutputTokens,
    price,
    tools: tools ?? null,
    reasons: entry?.reasons ?? false,
    inputs: entry?.inputs ?? ['text'],
    status: entry?.status ?? null,
    releaseDate: entry?.releaseDate ?? null,
  }
}

/** How old the catalogue is, in the shape of `--json`. */
export function shownCatalog(catalog: ModelCatalog): {
  readonly asOf: string
  readonly source: string
  readonly days: number
  readonly isStale: boolean
} {
  return { asOf: catalog.asOf, source: catalog.source, ...catalogAge(catalog) }
}

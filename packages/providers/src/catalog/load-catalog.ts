import { readCacheFile } from './cache-file.ts'
import { BUILT_IN_LAYER, builtInCatalog, catalogOf } from './catalog.ts'
import type { ModelCatalog } from './catalog.ts'

/** What {@link loadCatalog} is told. */
export interface LoadCatalogOptions {
  /** Where {@link updateCatalog} put what it got. */
  readonly cacheFile: string
}

/** A catalogue, and what was wrong with its cache. */
export interface LoadedCatalog {
  readonly catalog: ModelCatalog
  /** One sentence; `null` when the cache could be used, or there is none. */
  readonly problem: string | null
}

/**
 * The built-in catalogue together with what an update got: of a model that both know, the newer data counts.
 * A cache that cannot be read is told of and left out; nothing is ever thrown.
 */
export async function loadCatalog({ cacheFile }: LoadCatalogOptions): Promise<LoadedCatalog> {
  const cached = await readCacheFile(cacheFile)
  if (cached === null) return { catalog: builtInCatalog, problem: null }
  if (typeof cached === 'string') return { catalog: builtInCatalog, problem: cached }
  const isNewer = Date.parse(cached.asOf) >= Date.parse(BUILT_IN_LAYER.asOf)
  return {
    catalog: catalogOf(isNewer ? [cached, BUILT_IN_LAYER] : [BUILT_IN_LAYER, cached]),
    problem: null,
  }
}

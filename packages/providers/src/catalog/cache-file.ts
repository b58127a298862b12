import type * as FileSystem from 'node:fs/promises'
import { ConfigError, isJsonObject, messageOf } from '@heddle/core'
import type { CatalogLayer, CatalogTables } from './catalog.ts'

/** Of the cache's form; files of another one count as damaged, and the next update replaces them. */
const FORMAT = 1

/**
 * Reads a cache file.
 *
 * @returns `null` when there is none, the sentence of what is wrong with it when it cannot be used.
 */
export async function readCacheFile(file: string): Promise<CatalogLayer | string | null> {
  const { readFile } = fileSystem()
  try {
    return layerOf(JSON.parse(await readFile(file, 'utf8'))) ?? `${file} is not a model catalogue`
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return null
    return `${file} cannot be used: ${messageOf(thrown)}`
  }
}

function layerOf(json: unknown): CatalogLayer | null {
  if (!isJsonObject(json) || json['format'] !== FORMAT) return null
  const { asOf, source, tables } = json
  if (typeof asOf !== 'string' || Number.isNaN(Date.parse(asOf)) || typeof source !== 'string') return null
  return isTables(tables) ? { asOf, source, tables } : null
}

function isTables(value: unknown): value is CatalogTables {
  return isJsonObject(value) && Object.values(value).every((table) => typeof table === 'string')
}

/**
 * Writes a cache file in the place of the one before it, all at once: who reads meanwhile, and of two who
 * write at the same time, each sees a whole one.
 *
 * @throws ConfigError `config.invalid` when it cannot be written.
 */
export async function writeCacheFile(file: string, layer: CatalogLayer): Promise<void> {
  const { mkdir, rename, rm, writeFile } = fileSystem()
  const { dirname } = process.getBuiltinModule('node:path')
  const temporary = `${file}.${crypto.randomUUID()}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    // On disk before it takes the other's place: a crash must not leave an empty file under the name.
    await writeFile(temporary, JSON.stringify({ format: FORMAT, ...layer }), { flush: true })
    await rename(temporary, file)
    await removeLeftovers(file)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new ConfigError('config.invalid', `${file} cannot be written: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}

/** No update takes as long; in milliseconds. */
const LEFTOVER_AFTER_MS = 3_600_000

/** Removes what updates that were killed left beside the cache. That spoils nothing, so neither does failing at it. */
async function removeLeftovers(file: string): Promise<void> {
  const { readdir, rm, stat } = fileSystem()
  const { basename, dirname, join } = process.getBuiltinModule('node:path')
  const names = await readdir(dirname(file)).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(`${basename(file)}.`) || !name.endsWith('.tmp')) continue
    const leftover = join(dirname(file), name)
    const age = await stat(leftover).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > LEFTOVER_AFTER_MS) await rm(leftover, { force: true }).catch(() => {})
  }
}

/** Taken at its first use: an `import` would be part of every bundle, also of those for browsers. */
export function fileSystem(): typeof FileSystem {
  return process.getBuiltinModule('node:fs/promises')
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
}

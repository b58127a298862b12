import { isJsonObject } from '@heddle/core'
import type { LanguageModel } from '@heddle/core'
import { DEFAULT_MODELS } from './backends/default-models.ts'
import { baseUrlOf } from './backends/address.ts'
import { findEndpoint } from './backends/find-endpoint.ts'
import type { NamedEndpoint } from './backends/find-endpoint.ts'
import { headersWithKey, keyAtUse, keyVariableOf } from './backends/key.ts'
import { processEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { models } from './models.ts'
import type { ModelsOptions } from './models-options.ts'
import type { Fetch } from './wire/transport-options.ts'

/** What {@link chooseModel} may be told. */
export interface ChooseModelOptions extends ModelsOptions {
  /** A model string the person gave for this run. */
  readonly explicit?: string
  /** A model string from a configuration file or variable. */
  readonly configured?: string
  /** How long a local Ollama may take to answer. Default 300. */
  readonly ollamaTimeoutMs?: number
}

/** A model, and why it was taken. */
export interface ChosenModel {
  readonly model: LanguageModel
  readonly because: 'explicit' | 'configured' | 'key' | 'ollama' | 'offline'
  /** The reason in words for a person; holds no secret. */
  readonly detail: string
}

/**
 * Chooses a model for somebody who may not have said which: what was given, what is configured, the
 * first key that is set or configured, an Ollama where `ollama/…` would be asked, and at last the offline planner.
 *
 * @throws ConfigError for a bad `explicit` or `configured` string; nothing else, ever.
 */
export async function chooseModel(options: ChooseModelOptions = {}): Promise<ChosenModel> {
  const { explicit, configured } = options
  if (explicit !== undefined)
    return { model: models(explicit, options), because: 'explicit', detail: 'as asked' }
  if (configured !== undefined) {
    return { model: models(configured, options), because: 'configured', detail: 'as configured' }
  }
  const env = options.env ?? processEnvironment()
  return (
    fromKey(env, options) ??
    (await fromOllama(env, options)) ?? {
      model: models('heddle/offline', options),
      because: 'offline',
      detail: 'no API key is set and no Ollama answers',
    }
  )
}

function fromKey(env: Environment, options: ModelsOptions): ChosenModel | null {
  for (const [provider, name] of DEFAULT_MODELS) {
    const found = findEndpoint(provider, options.endpoints)
    const detail = found && keyDetail(found, env)
    if (detail !== null) return { model: models(`${provider}/${name}`, options), because: 'key', detail }
  }
  return null
}

function keyDetail({ provider, endpoint }: NamedEndpoint, env: Environment): string | null {
  if (endpoint.apiKey) return `a key for ${provider} is configured`
  const variable = keyVariableOf(endpoint, env)
  return variable === null ? null : `${variable} is set`
}

async function fromOllama(env: Environment, options: ChooseModelOptions): Promise<ChosenModel | null> {
  try {
    const found = findEndpoint('ollama', options.endpoints)
    if (!found) return null
    const ollama = reachedAt(found, env, options.fetch)
    const signal = AbortSignal.timeout(options.ollamaTimeoutMs ?? 300)
    const name = await installedModel(ollama, signal)
    if (name === null) return null
    return {
      model: models(`ollama:${name}`, options),
      because: 'ollama',
      detail: `Ollama answers at ${ollama.url.host}`,
    }
  } catch {
    // Nobody there, or not in time, or not an Ollama: all mean that there is none.
    return null
  }
}

/** Where its own API is asked, and how. */
interface Ollama {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: Fetch
}

/** The very one that the model is asked at, by variable or configuration. */
function reachedAt(
  { provider, endpoint }: NamedEndpoint,
  env: Environment,
  fetch: Fetch | undefined,
): Ollama {
  return {
    url: new URL(baseUrlOf(provider, endpoint, env)),
    headers: { ...headersWithKey(endpoint, keyAtUse(provider, endpoint, env)), ...endpoint.headers },
    fetch: fetch ?? globalThis.fetch,
  }
}

/** The first installed model that can call tools, else the first that can chat; `null` when none is installed. */
async function installedModel(ollama: Ollama, signal: AbortSignal): Promise<string | null> {
  const tags = await ask(ollama, '/api/tags', { signal })
  const list =
    isJsonObject(tags) && Array.isArray(tags['models']) ? (tags['models'] as readonly unknown[]) : []
  const names = list
    .map((entry) => (isJsonObject(entry) && typeof entry['name'] === 'string' ? entry['name'] : ''))
    .filter((name) => name !== '' && !name.includes('embed'))
  for (const name of names) {
    if (await canCallTools(ollama, name, signal)) return name
  }
  return names[0] ?? null
}

async function canCallTools(ollama: Ollama, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    const shown = await ask(ollama, '/api/show', {
      method: 'POST',
      body: JSON.stringify({ model: name }),
      signal,
    })
    const abilities = isJsonObject(shown) ? shown['capabilities'] : undefined
    return Array.isArray(abilities) && abilities.includes('tools')
  } catch {
    // Servers before 0.6 do not tell; the time may also be over, and then the first model will do.
    return false
  }
}

async function ask({ url, headers, fetch }: Ollama, path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(new URL(path, url).href, {
    ...init,
    headers: { 'content-type': 'application/json', ...headers },
    redirect: 'error',
  })
  if (!response.ok) {
    await response.body?.cancel()
    return null
  }
  return response.json()
}

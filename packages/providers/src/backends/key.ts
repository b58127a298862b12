import { ConfigError } from '@heddle/core'
import type { Environment } from '../environment.ts'
import { OFFLINE_PROVIDER } from '../lazy-offline-model.ts'
import { keyHeadersOf } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

/** @returns The first of the endpoint's variables that holds a key; `null` when none does. */
export function keyVariableOf(endpoint: Endpoint, env: Environment): string | null {
  return endpoint.keyVariables?.find((name) => (env[name] ?? '').trim() !== '') ?? null
}

/** Whether an endpoint is asked only with a key. */
export function needsKey({ needsKey: isNeeded, isLocal, keyVariables = [] }: Endpoint): boolean {
  return isNeeded ?? (isLocal !== true && keyVariables.length > 0)
}

/**
 * The key with which an endpoint is asked now.
 *
 * @returns Nothing where none is set and none is needed.
 * @throws ConfigError `config.missing_key` where one is needed.
 */
export function keyAtUse(provider: string, endpoint: Endpoint, env: Environment): string | undefined {
  if (endpoint.apiKey) return endpoint.apiKey
  const variable = keyVariableOf(endpoint, env)
  if (variable !== null) return env[variable]?.trim()
  const [wanted] = endpoint.keyVariables ?? []
  if (wanted === undefined || !needsKey(endpoint)) return endpoint.placeholderKey
  throw new ConfigError(
    'config.missing_key',
    `No API key for ${provider}: set ${wanted}, or choose a model that needs none, such as ollama:qwen3:8b or ${OFFLINE_PROVIDER}/offline`,
  )
}

/** How a key is sent: all of its headers. */
export function headersWithKey(endpoint: Endpoint, key: string | undefined): Record<string, string> {
  if (!key) return {}
  return Object.fromEntries(
    keyHeadersOf(endpoint).map((name) => [name, name === 'authorization' ? `Bearer ${key}` : key]),
  )
}

import { ConfigError } from '@heddle/core'
import type { Environment } from '../environment.ts'
import type { Endpoint } from './endpoint.ts'

/** Where a backend is, and who says so. */
export interface Address {
  /** Empty when nobody says. */
  readonly baseUrl: string
  /** The variable that named it; `null` for the endpoint's own. */
  readonly variable: string | null
}

/** Where a backend is asked: `<NAME>_BASE_URL` if set, else one of its own variables, else its row. */
export function addressOf(provider: string, endpoint: Endpoint, env: Environment): Address {
  for (const { name, baseUrl } of [
    { name: baseUrlVariable(provider), baseUrl: (value: string) => value },
    ...(endpoint.baseUrlFrom ?? []),
  ]) {
    const value = env[name]?.trim()
    if (value) return { baseUrl: baseUrl(value), variable: name }
  }
  return { baseUrl: endpoint.baseUrl, variable: null }
}

/**
 * The base URL of {@link addressOf}.
 *
 * @throws ConfigError `config.invalid` when nobody names one.
 */
export function baseUrlOf(provider: string, endpoint: Endpoint, env: Environment): string {
  const { baseUrl } = addressOf(provider, endpoint, env)
  if (baseUrl !== '') return baseUrl
  const variables = addressVariables(provider, endpoint).toReversed().join(', ')
  throw new ConfigError(
    'config.invalid',
    `There is no address for ${provider}, because each customer has another one: set one of ${variables}`,
  )
}

/** Every variable that can name the address, the strongest first. */
export function addressVariables(provider: string, endpoint: Endpoint): readonly string[] {
  return [baseUrlVariable(provider), ...(endpoint.baseUrlFrom ?? []).map(({ name }) => name)]
}

function baseUrlVariable(provider: string): string {
  return `${variablePrefix(provider)}_BASE_URL`
}

/** A backend's name as variables begin with it: `llama.cpp` is `LLAMA_CPP`. */
export function variablePrefix(provider: string): string {
  return provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
}

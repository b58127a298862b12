import { ALIASES, BACKENDS } from './backend-table.ts'
import type { Endpoint } from './endpoint.ts'

/** Endpoints by the name that stands before the `/` of a model string. */
export type Endpoints = Readonly<Record<string, Endpoint>>

/** A backend as it is in use. */
export interface NamedEndpoint {
  /** The backend's own name, never an alias. */
  readonly provider: string
  readonly endpoint: Endpoint
}

/** @returns `null` for a name that is neither among the given endpoints nor among ours. */
export function findEndpoint(name: string, endpoints: Endpoints = {}): NamedEndpoint | null {
  for (const provider of [name, own(ALIASES, name)]) {
    const endpoint = provider && (own(endpoints, provider) ?? own(BACKENDS, provider))
    if (endpoint) return { provider, endpoint }
  }
  return null
}

/** Every backend, those given in the place of ours. */
export function allEndpoints(endpoints: Endpoints = {}): readonly NamedEndpoint[] {
  return Object.entries({ ...BACKENDS, ...endpoints }).map(([provider, endpoint]) => ({ provider, endpoint }))
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

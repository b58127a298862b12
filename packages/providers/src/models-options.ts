import type { FallbackOptions } from '@heddle/core'
import type { Endpoints } from './backends/find-endpoint.ts'
import type { ModelCatalog } from './catalog/catalog.ts'
import type { Environment } from './environment.ts'
import type { CircuitBreaker } from './routing/circuit-breaker.ts'
import type { Need } from './routing/needs.ts'
import type { Roles } from './routing/roles.ts'
import type { Fetch, TransportLimits } from './wire/transport-options.ts'

/** What {@link models} may be told. Limits hold for every model that is asked; a subscription bridge has no connection of its own. */
export interface ModelsOptions extends TransportLimits {
  /**
   * Where keys (at each request), base URLs (at once) and proxies (at the first request to an address) are
   * looked up. Default: the process's environment.
   */
  readonly env?: Environment
  /** Carries every request; default as for {@link compatible}. */
  readonly fetch?: Fetch
  /** Further backends by name; one of ours may be replaced. */
  readonly endpoints?: Endpoints
  /** Where windows, prices and abilities are looked up. Default: the one that ships with this package. */
  readonly catalog?: ModelCatalog
  /** Model strings by role, so that `weak` can be asked for. Default: none. */
  readonly roles?: Roles
  /** What each model that is asked for must be able to do. Default: nothing in particular. */
  readonly needs?: readonly Need[]
  /** When a chain moves on, and when it escalates; default as for core's `fallback`. */
  readonly fallback?: FallbackOptions
  /** Stands before every model that is asked over the network. Give the same one everywhere. Default: none. */
  readonly breaker?: CircuitBreaker
}

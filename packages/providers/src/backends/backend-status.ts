import { processEnvironment } from '../environment.ts'
import type { Environment } from '../environment.ts'
import { addressOf, addressVariables } from './address.ts'
import { keyHeadersOf } from './endpoint.ts'
import type { KeyHeader, Wire } from './endpoint.ts'
import { allEndpoints } from './find-endpoint.ts'
import type { Endpoints, NamedEndpoint } from './find-endpoint.ts'
import { keyVariableOf, needsKey } from './key.ts'

/** How a backend is set up, as far as can be seen without asking it. Holds no key. */
export interface BackendStatus {
  readonly provider: string
  readonly wire: Wire
  /** A server of one's own. */
  readonly isLocal: boolean
  /** Where it is asked; `null` when nobody says. User, password and query are left out. */
  readonly address: string | null
  /** The variable that names the address; `null` for the row's own, or the configuration's. */
  readonly addressFrom: string | null
  /** Every variable that could name it, the strongest first. */
  readonly addressVariables: readonly string[]
  /** Where its key comes from: a variable's name, `config`, or `null` for nowhere. */
  readonly keyFrom: string | null
  /** Every variable that could hold it, the strongest first. */
  readonly keyVariables: readonly string[]
  readonly keyHeaders: readonly KeyHeader[]
  /** Whether there is an address, and a key where one is needed. */
  readonly isReady: boolean
}

/**
 * How every backend is set up, ours in the order of the table, then those of the configuration.
 *
 * @param env - Default: the process's environment.
 */
export function backendStatus(
  env: Environment = processEnvironment(),
  endpoints?: Endpoints,
): readonly BackendStatus[] {
  return allEndpoints(endpoints).map((named) => statusOf(named, env))
}

function statusOf({ provider, endpoint }: NamedEndpoint, env: Environment): BackendStatus {
  const { baseUrl, variable } = addressOf(provider, endpoint, env)
  const keyFrom = endpoint.apiKey ? 'config' : keyVariableOf(endpoint, env)
  const address = baseUrl === '' ? null : withoutSecrets(baseUrl)
  return {
    provider,
    wire: endpoint.wire,
    isLocal: endpoint.isLocal === true,
    address,
    addressFrom: variable,
    addressVariables: addressVariables(provider, endpoint),
    keyFrom,
    keyVariables: endpoint.keyVariables ?? [],
    keyHeaders: keyHeadersOf(endpoint),
    isReady: address !== null && (keyFrom !== null || !needsKey(endpoint)),
  }
}

function withoutSecrets(baseUrl: string): string {
  const url = URL.parse(baseUrl)
  return url ? `${url.protocol}//${url.host}${url.pathname}`.replace(/\/$/, '') : 'not a URL'
}

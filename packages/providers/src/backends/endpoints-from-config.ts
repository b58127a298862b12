import { ConfigError, isJsonObject } from '@heddle/core'
import { BRIDGE_NAMES } from '../bridge/bridge-names.ts'
import { OFFLINE_PROVIDER } from '../lazy-offline-model.ts'
import { variablePrefix } from './address.ts'
import type { Endpoint, Wire } from './endpoint.ts'
import { findEndpoint } from './find-endpoint.ts'
import type { Endpoints, NamedEndpoint } from './find-endpoint.ts'

/** What a section of a configuration file says of backends. */
export interface ConfiguredEndpoints {
  readonly endpoints: Endpoints
  /** One sentence for each setting that was not understood. */
  readonly warnings: readonly string[]
}

/** What an address is followed by where it has no path. */
const USUAL_PATHS: Readonly<Record<Wire, string>> = {
  chat: '/v1',
  responses: '/v1',
  messages: '',
  gemini: '/v1beta',
}

/** `$NAME` or `${NAME}`. */
const VARIABLE = /^\$(?:(\w+)|\{(\w+)\})$/

/**
 * Makes endpoints of a section of a configuration file, by name:
 *
 *     [provider.endpoints.ollama]
 *     url = "http://gpu:11434"
 *
 *     [provider.endpoints.work]
 *     url = "https://llm.example.com/v1"
 *     auth_key = "$WORK_KEY"
 *
 * A name of ours keeps the conventions of its row; `url` is not needed then. Any other name is a server that speaks
 * Chat Completions, or the `wire` that is given. `auth_key` is the key itself, or the variable that holds it.
 *
 * @param section - What was parsed from `[provider.endpoints]`; nothing is as good as an empty one.
 * @throws ConfigError `config.invalid` naming the setting that is not what it must be. It never holds a key.
 */
export function endpointsFromConfig(section: unknown): ConfiguredEndpoints {
  const warnings: string[] = []
  if (section === undefined) return { endpoints: {}, warnings }
  if (!isJsonObject(section)) throw wrong('provider.endpoints', 'a section with one section for each backend')
  const endpoints: Record<string, Endpoint> = {}
  for (const [given, settings] of Object.entries(section)) {
    const at = `provider.endpoints.${given}`
    if (!isJsonObject(settings)) throw wrong(at, 'a section with url and auth_key')
    const { url, auth_key: key, wire, ...unknown } = settings
    for (const name of Object.keys(unknown)) {
      warnings.push(`the setting \`${at}.${name}\` is not known and has no effect.`)
    }
    const row = rowFor(given, at)
    const spoken = wireOf(wire, at) ?? row.endpoint.wire
    endpoints[row.provider] = {
      ...row.endpoint,
      wire: spoken,
      ...addressOf({ url, wire: spoken, at, isNeeded: findEndpoint(row.provider) === null }),
      ...keyOf(key, at),
    }
  }
  return { endpoints, warnings }
}

function rowFor(given: string, at: string): NamedEndpoint {
  const name = given.toLowerCase()
  const known = findEndpoint(name)
  if (known) return known
  if (
    /[\s/:,]/.test(name) ||
    name === OFFLINE_PROVIDER ||
    (BRIDGE_NAMES as readonly string[]).includes(name)
  ) {
    throw new ConfigError(
      'config.invalid',
      `${at}: choose another name; it stands before the "/" of a model string, and some names are taken.`,
    )
  }
  const endpoint: Endpoint = {
    wire: 'chat',
    baseUrl: '',
    keyVariables: [`${variablePrefix(name)}_API_KEY`],
    isLocal: true,
    // Nobody knows what it costs.
    isFree: false,
    // Some clients of vendors insist on a key.
    placeholderKey: 'none',
  }
  return { provider: name, endpoint }
}

function wireOf(wire: unknown, at: string): Wire | null {
  if (wire === undefined) return null
  const known = Object.keys(USUAL_PATHS) as Wire[]
  const found = known.find((name) => name === wire)
  if (found) return found
  throw wrong(`${at}.wire`, `one of ${known.map((name) => `"${name}"`).join(', ')}`)
}

interface AddressSetting {
  readonly url: unknown
  readonly wire: Wire
  readonly at: string
  readonly isNeeded: boolean
}

function addressOf({ url, wire, at, isNeeded }: AddressSetting): Partial<Endpoint> {
  if (url === undefined && !isNeeded) return {}
  const parsed = typeof url === 'string' ? URL.parse(url.trim()) : null
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw wrong(`${at}.url`, 'a URL such as "http://127.0.0.1:8000/v1"')
  }
  const bare = String(url).trim().replace(/\/+$/, '')
  // What is written here wins over a variable such as OLLAMA_HOST, which the server may have been started with.
  return { baseUrl: parsed.pathname === '/' ? `${bare}${USUAL_PATHS[wire]}` : bare, baseUrlFrom: [] }
}

function keyOf(key: unknown, at: string): Partial<Endpoint> {
  if (key === undefined || key === '') return {}
  if (typeof key !== 'string')
    throw wrong(`${at}.auth_key`, 'the key, or the variable that holds it as "$NAME"')
  const [, plain, braced] = VARIABLE.exec(key.trim()) ?? []
  const variable = plain ?? braced
  if (variable === undefined) {
    // Meant for a variable; sent as a key, it would only be refused.
    if (key.trim().startsWith('$'))
      throw wrong(`${at}.auth_key`, 'the key, or the variable that holds it as "$NAME"')
    return { apiKey: key.trim() }
  }
  // It is missing where it is named and not set, also where the server might do without.
  return { keyVariables: [variable], needsKey: true }
}

function wrong(setting: string, form: string): ConfigError {
  return new ConfigError('config.invalid', `${setting} must be ${form}.`)
}

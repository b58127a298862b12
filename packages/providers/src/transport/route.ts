import type { Agent, ClientRequest, RequestOptions } from 'node:http'
import type { Environment } from '../environment.ts'
import { agentFor } from './agents.ts'
import { proxyFor } from './proxy-for.ts'
import type { Proxy } from './proxy-for.ts'

/** How requests to one URL travel. */
export interface Route {
  readonly proxy: Proxy | null
  /** As the header of this name says it. */
  readonly host: string
  /** Agent, host, port and path, for {@link Route.request}. */
  readonly target: RequestOptions & { readonly agent: Agent }
  request(options: RequestOptions): ClientRequest
}

/** How many routes are remembered for one environment; a program asks a handful of URLs again and again. */
const MAX_ROUTES = 100

const routes = new WeakMap<Environment, Map<string, Route>>()

/**
 * Finds the way to a URL. It is remembered: proxy variables are read at the first request to it.
 *
 * @throws ConfigError `config.invalid` for a proxy that cannot be used.
 */
export function routeTo(href: string, env: Environment): Route {
  let known = routes.get(env)
  if (known === undefined) routes.set(env, (known = new Map<string, Route>()))
  let route = known.get(href)
  if (route === undefined) {
    if (known.size >= MAX_ROUTES) known.clear()
    known.set(href, (route = findRoute(new URL(href), env)))
  }
  return route
}

function findRoute(url: URL, env: Environment): Route {
  const proxy = proxyFor(url, env)
  const { request } =
    url.protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
  return {
    proxy,
    host: url.host,
    target: {
      agent: agentFor(url.protocol, proxy),
      protocol: url.protocol,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      method: 'POST',
    },
    request,
  }
}

/** Closes the idle connections to where a route leads. */
export function closeIdle({ target }: Route): void {
  for (const [name, sockets = []] of Object.entries(target.agent.freeSockets)) {
    if (!name.startsWith(`${target.host}:${target.port}:`)) continue
    for (const socket of sockets) socket.destroy()
  }
}

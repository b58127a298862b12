import type { Agent, AgentOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Proxy } from './proxy-for.ts'

/**
 * How long a connection is kept for the next request, in milliseconds; less when the server says so. Long
 * enough for most tools between two turns, and shorter than the minute after which load balancers close.
 */
const IDLE_MS = 30_000

/** Per address. More than the agents that one process runs at the same time. */
const MAX_IDLE_CONNECTIONS = 1_024

const agents = new Map<string, Agent>()

/** The process's pool of connections, one per scheme and proxy. Idle connections do not keep the process alive. */
export function agentFor(protocol: string, proxy: Proxy | null): Agent {
  const key = `${protocol} ${proxy?.href ?? ''}`
  let agent = agents.get(key)
  if (agent === undefined) agents.set(key, (agent = makeAgent(protocol, proxy)))
  return agent
}

function makeAgent(protocol: string, proxy: Proxy | null): Agent {
  const options: AgentOptions = {
    keepAlive: true,
    maxFreeSockets: MAX_IDLE_CONNECTIONS,
    timeout: IDLE_MS,
    // Which requests take the proxy was decided before: the variable that leaves some out is not among these.
    ...(proxy ? { proxyEnv: { http_proxy: proxy.href, https_proxy: proxy.href } } : {}),
  }
  const { Agent } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')
  return withShownConnections(new Agent(options))
}

let newest: Duplex | null = null

/**
 * The connection that was made for the request just begun; `null` when it goes by one that was kept. Node itself shows
 * it only after TLS and proxy were agreed with.
 */
export function takeNewConnection(): Duplex | null {
  const connection = newest
  newest = null
  return connection
}

function withShownConnections(agent: Agent): Agent {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const connection = connect(options, callback)
    newest = connection ?? null
    return connection
  }
  return agent
}

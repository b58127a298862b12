import { ConfigError } from '@heddle/core'
import type { Environment } from '../environment.ts'
import type { ProxyName } from './transport-error.ts'

/** A proxy that a request is to take. */
export interface Proxy {
  /** With its credentials. */
  readonly href: string
  readonly name: ProxyName
}

/**
 * The proxy for a URL by the usual variables, small letters before capitals: `https_proxy` or
 * `http_proxy` by the URL's scheme, else `all_proxy`; none for what `no_proxy` lists, and never one for
 * this machine itself.
 *
 * @throws ConfigError `config.invalid` for a proxy that is not spoken to by HTTP. Its text is not
 *   repeated, it may hold a password.
 */
export function proxyFor(url: URL, env: Environment): Proxy | null {
  const [variable, text] = settingFor(url, env) ?? []
  if (variable === undefined || text === undefined || isDirect(url, env)) return null
  const proxy = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') {
    return { href: proxy.href, name: { host: proxy.host, variable } }
  }
  throw new ConfigError(
    'config.invalid',
    `The proxy in ${variable} cannot be used; write it like http://host:8080 (SOCKS is not supported), or list ${url.hostname} in NO_PROXY`,
  )
}

function settingFor(url: URL, env: Environment): readonly [string, string] | undefined {
  const scheme = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  for (const name of [scheme, scheme.toUpperCase(), 'all_proxy', 'ALL_PROXY']) {
    // In a CGI program this variable is the visitor's header `Proxy`: https://httpoxy.org
    if (name === 'HTTP_PROXY' && env['REQUEST_METHOD'] !== undefined) continue
    const text = env[name]?.trim()
    if (text) return [name, text]
  }
  return undefined
}

function isDirect(url: URL, env: Environment): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (/^(.*\.)?localhost$|^127\.|^::1$/.test(host)) return true
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const list = env['no_proxy']?.trim() || env['NO_PROXY'] || ''
  return list.split(/[\s,]+/).some((entry) => entry !== '' && isListed(host, port, entry.toLowerCase()))
}

/** Entries are `*`, a domain with all below it, an address, or a range such as `10.0.0.0/8`; a port may follow. */
function isListed(host: string, port: string, entry: string): boolean {
  if (entry === '*') return true
  const [, inBrackets, plain, wantedPort] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? []
  if (wantedPort !== undefined && wantedPort !== port) return false
  const name = (inBrackets ?? plain ?? '').replace(/^\*?\./, '')
  if (name.includes('/')) return isInRange(host, name)
  return host === name || host.endsWith(`.${name}`)
}

function isInRange(host: string, range: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule('node:net')
  const [network = '', bits = ''] = range.split('/')
  const family = isIP(host)
  if (family === 0 || family !== isIP(network) || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

import { ConfigError } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { proxyFor } from '../../src/transport/proxy-for.ts'

const SECURE = new URL('https://api.example.com/v1')
const PLAIN = new URL('http://api.example.com/v1')

describe('the proxy', () => {
  test.each([
    [
      SECURE,
      { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2', all_proxy: 'http://c:3' },
      'https_proxy',
      'a:1',
    ],
    [SECURE, { HTTPS_PROXY: 'http://b:2', ALL_PROXY: 'http://c:3' }, 'HTTPS_PROXY', 'b:2'],
    [SECURE, { http_proxy: 'http://a:1', ALL_PROXY: 'https://c:3' }, 'ALL_PROXY', 'c:3'],
    [PLAIN, { http_proxy: 'a:1', https_proxy: 'http://b:2' }, 'http_proxy', 'a:1'],
    [PLAIN, { http_proxy: ' ', HTTP_PROXY: 'http://user:secret@b:2/' }, 'HTTP_PROXY', 'b:2'],
    [PLAIN, { all_proxy: 'http://c:3' }, 'all_proxy', 'c:3'],
  ])('for %s by %j is that of %s', (url, env, variable, host) => {
    expect(proxyFor(url, env)?.name).toEqual({ variable, host })
  })

  test('keeps its credentials beside its name', () => {
    expect(proxyFor(SECURE, { https_proxy: 'user:secret@proxy:8080' })).toEqual({
      href: 'http://user:secret@proxy:8080/',
      name: { host: 'proxy:8080', variable: 'https_proxy' },
    })
  })

  test.each([
    [SECURE, {}],
    [SECURE, { http_proxy: 'http://a:1' }],
    [PLAIN, { https_proxy: 'http://a:1' }],
    // A visitor of a CGI program could set it.
    [PLAIN, { HTTP_PROXY: 'http://a:1', REQUEST_METHOD: 'GET' }],
    [new URL('http://localhost:11434'), { all_proxy: 'http://a:1' }],
    [new URL('http://models.localhost'), { all_proxy: 'http://a:1' }],
    [new URL('http://127.0.0.2:8000'), { all_proxy: 'http://a:1' }],
    [new URL('http://[::1]:8000'), { all_proxy: 'http://a:1' }],
  ])('for %s by %j is none', (url, env) => {
    expect(proxyFor(url, env)).toBeNull()
  })

  test.each(['socks5://user:secret@host:1080', 'ftp://user:secret@host', 'http://user:secret@:x'])(
    'in %s is a mistake in the configuration, which is not repeated',
    (ALL_PROXY) => {
      expect(() => proxyFor(SECURE, { ALL_PROXY })).toThrow(
        new ConfigError(
          'config.invalid',
          'The proxy in ALL_PROXY cannot be used; write it like http://host:8080 (SOCKS is not supported), or list api.example.com in NO_PROXY',
        ),
      )
    },
  )
})

describe('what goes without a proxy', () => {
  test.each([
    ['*', 'http://any.where'],
    ['example.com', 'http://example.com'],
    ['example.com', 'http://api.EXAMPLE.com'],
    ['.example.com', 'http://api.example.com'],
    ['*.example.com', 'http://api.example.com'],
    ['a.b, example.com', 'http://example.com:8080'],
    ['a.b example.com', 'http://example.com'],
    ['example.com:8080', 'http://example.com:8080'],
    ['example.com:443', 'https://example.com'],
    ['10.1.2.3', 'http://10.1.2.3:8000'],
    ['10.0.0.0/8', 'http://10.1.2.3'],
    ['192.168.0.0/16,10.0.0.0/8', 'http://10.1.2.3'],
    ['fd00::/8', 'http://[fd12::1]'],
    ['fd12::1', 'http://[fd12::1]'],
    ['[fd12::1]:8000', 'http://[fd12::1]:8000'],
  ])('by %s: %s', (no_proxy, url) => {
    expect(proxyFor(new URL(url), { all_proxy: 'http://a:1', no_proxy })).toBeNull()
  })

  test.each([
    ['', 'http://example.com'],
    ['example.com', 'http://badexample.com'],
    ['api.example.com', 'http://example.com'],
    ['example.com:8080', 'http://example.com'],
    ['10.0.0.0/8', 'http://11.1.2.3'],
    ['10.0.0.0/99', 'http://10.1.2.3'],
    ['10.0.0.0/8', 'http://10.example.com'],
    ['[fd12::1]:8000', 'http://[fd12::1]:9000'],
  ])('is not, by %j: %s', (NO_PROXY, url) => {
    expect(proxyFor(new URL(url), { all_proxy: 'http://a:1', NO_PROXY })).not.toBeNull()
  })
})

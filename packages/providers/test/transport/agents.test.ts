import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { agentFor } from '../../src/transport/agents.ts'
import { routeTo } from '../../src/transport/route.ts'
import { isCollected } from '../support/collect-garbage.ts'
import { post, textOf } from '../support/post.ts'
import { providerServer } from '../support/provider-server.ts'

test('all connections of many agents at the same time are kept for the next request, but not for long', async () => {
  let connections = 0
  const server = createServer(
    (request, response) => void request.resume().on('end', () => response.end('ok')),
  )
  server.on('connection', () => connections++)
  server.keepAliveTimeout = 0
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const round = (): Promise<string[]> =>
    Promise.all(Array.from({ length: 400 }, async () => textOf(await post(`http://127.0.0.1:${port}/`))))

  await round()
  const atFirst = connections
  await round()

  expect(connections).toBe(atFirst)
  expect(atFirst).toBeGreaterThan(256)
  const idle = Object.entries(agentFor('http:', null).freeSockets).find(([name]) =>
    name.includes(`:${port}:`),
  )
  expect(new Set(idle?.[1]?.map(({ timeout }) => timeout))).toEqual(new Set([30_000]))
})

test('a kept connection keeps nothing of the requests that it served', async () => {
  const server = await providerServer((response) => void response.end('ok'))
  const signalOf = async (): Promise<WeakRef<AbortSignal>> => {
    const { signal } = new AbortController()
    await textOf(await post(server.url, { signal }))
    return new WeakRef(signal)
  }

  const signal = await signalOf()

  expect(await isCollected(signal)).toBe(true)
  await textOf(await post(server.url))
  expect(server.connections()).toBe(1)
})

test('the way to a URL is remembered, but not for every URL that was ever asked', () => {
  const env = {}
  const first = routeTo('http://a.test/', env)

  for (let at = 0; at < 99; at++) routeTo(`http://b.test/${at}`, env)
  expect(routeTo('http://a.test/', env)).toBe(first)
  routeTo('http://b.test/one-more', env)

  expect(routeTo('http://a.test/', env)).not.toBe(first)
})

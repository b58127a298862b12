import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { post, textOf } from '../support/post.ts'
import { closedPort, providerServer } from '../support/provider-server.ts'
import { tcpServer } from '../support/tcp-server.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** Runs for every request that arrives on a raw connection; the requests of these tests come in one piece. */
function onRequest(socket: Socket, act: (nth: number) => void): void {
  let nth = 0
  socket.on('data', () => act(++nth))
}

describe('a request', () => {
  test.each<[string, string | Uint8Array]>([
    ['bytes', new TextEncoder().encode('é😀')],
    ['text', 'é😀'],
  ])('of %s arrives as it was sent, and its answer comes back', async (_, body) => {
    const server = await providerServer((response, { body }) => {
      response.writeHead(201, { 'x-one': 'a', 'set-cookie': ['b', 'c'] })
      response.end(`heard ${body}`)
    })

    const reply = await post(`${server.url}/v1/chat?api=1`, { body, headers: { 'x-key': 'k' } })

    expect(server.requests).toEqual([
      {
        path: '/v1/chat?api=1',
        body: 'é😀',
        headers: {
          host: server.url.slice('http://'.length),
          connection: 'keep-alive',
          'user-agent': 'heddle',
          'accept-encoding': 'identity',
          'content-length': '6',
          'x-key': 'k',
        },
      },
    ])
    expect([reply.status, reply.isRequestSent]).toEqual([201, true])
    expect(['x-one', 'set-cookie', 'x-two'].map((name) => reply.headers.get(name))).toEqual([
      'a',
      'b, c',
      undefined,
    ])
    expect(await textOf(reply)).toBe('heard é😀')
  })

  test('reaches a server by its IPv6 address', async (context) => {
    const server = createServer((_request, response) => response.end('heard'))
    onTestFinished(() => void server.close())
    server.listen(0, '::1')
    const isThere = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isThere) return context.skip('this machine has no IPv6')

    const reply = await post(`http://[::1]:${(server.address() as AddressInfo).port}/v1`)

    expect(await textOf(reply)).toBe('heard')
  })

  test('is one of a thousand at the same time', async () => {
    const server = await providerServer((response, { body }) => void response.end(`heard ${body}`))

    const numbers = Array.from({ length: 1_000 }, (_, nth) => String(nth))
    const replies = numbers.map(async (body) => textOf(await post(server.url, { body })))

    expect(await Promise.all(replies)).toEqual(numbers.map((number) => `heard ${number}`))
  })

  test('tells when its answer came before it was sent', async () => {
    const server = await tcpServer(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'),
    )
    const abort = new AbortController()

    const reply = await post(`http://127.0.0.1:${server.port}`, {
      body: new Uint8Array(32 * 1024 * 1024),
      signal: abort.signal,
    })
    abort.abort()

    expect(reply.isRequestSent).toBe(false)
  })
})

describe('a connection', () => {
  test('serves one request after the other', async () => {
    const server = await providerServer((response) => void response.end('ok'))

    for (let turn = 0; turn < 5; turn++) await textOf(await post(server.url))

    expect([server.requests.length, server.connections()]).toEqual([5, 1])
  })

  test('that is reset when it is used again is replaced, once and unseen', async () => {
    const server = await tcpServer((socket, connection) =>
      onRequest(socket, (nth) =>
        connection === 1 && nth === 2 ? socket.resetAndDestroy() : socket.write(OK),
      ),
    )
    const url = `http://127.0.0.1:${server.port}`

    await textOf(await post(url))
    const second = await textOf(await post(url))

    expect(second).toBe('ok')
    expect(server.connections).toHaveLength(2)
  })

  test('that is closed when it is used again is replaced, by one that is new for sure', async () => {
    const server = await tcpServer((socket, connection) =>
      onRequest(socket, (nth) => (connection <= 3 && nth === 2 ? socket.end() : socket.write(OK))),
    )
    const url = `http://127.0.0.1:${server.port}`

    await Promise.all([1, 2, 3].map(async () => textOf(await post(url))))
    const next = await textOf(await post(url))

    expect(next).toBe('ok')
    expect(server.connections).toHaveLength(4)
  })

  test.each([
    ['a new one', 1, 1, ''],
    ['one that had begun to answer', 1, 2, 'HTTP/1.1 200'],
    ['the one that replaced it', 2, 2, ''],
  ])('is not replaced when it was %s', async (_, connections, requests, beginning) => {
    let heard = 0
    const server = await tcpServer((socket) =>
      onRequest(socket, () => {
        heard++
        if (heard === 1 && requests > 1) return void socket.write(OK)
        socket.write(beginning, () => setTimeout(() => socket.resetAndDestroy(), 20))
      }),
    )
    const url = `http://127.0.0.1:${server.port}`

    if (requests > 1) await textOf(await post(url))

    await expect(post(url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(server.connections).toHaveLength(connections)
  })
})

describe('an answer', () => {
  test.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
    ['identity', (text: string) => text],
  ])('in %s is decoded although nobody asked for it', async (coding, encode) => {
    const server = await providerServer((response) => {
      response.setHeader('content-encoding', coding)
      response.end(encode('warp and weft'))
    })

    expect(await textOf(await post(server.url))).toBe('warp and weft')
  })

  test('in gzip is told piece by piece, as it comes', async () => {
    const server = await providerServer((response) => {
      response.setHeader('content-encoding', 'gzip')
      response.write(gzipSync('first'))
    })

    const { body } = await post(server.url)

    expect(new TextDecoder().decode((await body?.read()) ?? undefined)).toBe('first')
    body?.cancel()
    await server.clientLeft
  })

  test('that is not what its coding says fails', async () => {
    const server = await providerServer((response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end('not at all')
    })

    await expect(textOf(await post(server.url))).rejects.toMatchObject({ code: 'Z_DATA_ERROR' })
  })

  test('is left to the other side while nobody reads it', async () => {
    const piece = Buffer.alloc(1024 * 1024)
    let written = 0
    const server = await providerServer(async (response) => {
      for (written = 0; written < 100 && !response.destroyed; written++) {
        if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')])
      }
      response.end()
    })

    const { body } = await post(server.url)
    await body?.read()
    // It has stopped when nothing more was written for a while.
    for (let before = -1; before !== written;) {
      before = written
      await sleep(300)
    }

    expect(written).toBeLessThan(50)
    body?.cancel()
    await server.clientLeft
  })

  test.each([0, 100])('that breaks off is told as far as it came, also %i ms later', async (laterMs) => {
    const server = await tcpServer((socket) =>
      onRequest(socket, () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', () =>
          setTimeout(() => socket.resetAndDestroy(), 20),
        ),
      ),
    )

    const { body } = await post(`http://127.0.0.1:${server.port}`)
    await sleep(laterMs)

    expect(new TextDecoder().decode((await body?.read()) ?? undefined)).toBe('half')
    await expect(body?.read()).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})

describe('an abort', () => {
  const never = (): void => {}
  const begin = (socket: Socket): void =>
    void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')

  test.each<[string, (socket: Socket) => void, Partial<Parameters<typeof post>[1]>]>([
    [
      'while the request is sent',
      (socket) => setTimeout(() => socket.resume(), 300),
      { body: new Uint8Array(32 * 1024 * 1024) },
    ],
    ['before the headers', (socket) => socket.resume(), {}],
    ['in the middle of the headers', (socket) => onRequest(socket, () => socket.write('HTTP/1.1 2')), {}],
    ['in the middle of the body', (socket) => onRequest(socket, () => begin(socket)), {}],
  ])('%s closes the connection at once', async (_, behave, more) => {
    const server = await tcpServer(behave)
    const abort = new AbortController()
    const reason = new Error('enough')

    const answer = post(`http://127.0.0.1:${server.port}`, { ...more, signal: abort.signal }).then(textOf)
    await expect.poll(() => server.connections.length).toBe(1)
    await sleep(50)
    abort.abort(reason)

    await expect(answer).rejects.toBe(reason)
    await expect.poll(() => server.open()).toBe(0)
  })

  test('in the middle of the TLS handshake closes the connection at once', async () => {
    const server = await tcpServer((socket) => socket.resume())
    const abort = new AbortController()

    const answer = post(`https://127.0.0.1:${server.port}`, { signal: abort.signal })
    await expect.poll(() => server.connections.length).toBe(1)
    abort.abort()

    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(() => server.open()).toBe(0)
  })

  test('that came first opens no connection', async () => {
    const server = await tcpServer(never)

    await expect(
      post(`http://127.0.0.1:${server.port}`, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    await sleep(50)

    expect(server.connections).toEqual([])
  })

  test('in the same moment closes the connection', async () => {
    const server = await tcpServer((socket) => socket.resume())
    const abort = new AbortController()

    const answer = post(`http://127.0.0.1:${server.port}`, { signal: abort.signal })
    abort.abort()

    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    await sleep(50)
    expect(server.open()).toBe(0)
  })

  test('after the answer leaves the connection to others', async () => {
    const server = await providerServer((response) => void response.end('ok'))
    const abort = new AbortController()

    const reply = await post(server.url, { signal: abort.signal })
    await textOf(reply)
    const next = post(server.url)
    abort.abort()
    reply.body?.cancel()

    expect(await textOf(await next)).toBe('ok')
    expect(server.connections()).toBe(1)
  })
})

describe('no connection', () => {
  test('keeps the reason', async () => {
    const port = await closedPort()

    await expect(post(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('within the time is given up, also when it hangs in the TLS handshake', async () => {
    const server = await tcpServer((socket) => socket.resume())

    await expect(post(`https://127.0.0.1:${server.port}`, { connectTimeoutMs: 50 })).rejects.toMatchObject({
      name: 'TransportError',
      connectTimeoutMs: 50,
      proxy: null,
    })
    await expect.poll(() => server.open()).toBe(0)
  })

  test('is not what a slow answer is', async () => {
    const server = await providerServer(async (response) => {
      await sleep(200)
      response.end('slow')
    })

    expect(await textOf(await post(server.url, { connectTimeoutMs: 100 }))).toBe('slow')
  })
})

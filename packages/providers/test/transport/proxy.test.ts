import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ModelError } from '@heddle/core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import { models } from '../../src/models.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { chatFrames, chunk } from '../support/frames.ts'
import { post, textOf } from '../support/post.ts'
import { closedPort, providerServer, sendStream } from '../support/provider-server.ts'
import { proxyServer } from '../support/proxy-server.ts'
import { selfSigned } from '../support/self-signed.ts'
import { tcpServer } from '../support/tcp-server.ts'

const NAME = 'api.example.test'
const certificate = selfSigned(NAME)

beforeAll(() => {
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert])
})

const FRAMES = chatFrames(chunk({ content: 'ok' }, { finish_reason: 'stop' }))
const SECRET = `Basic ${Buffer.from('us er:pass:word').toString('base64')}`

/** The port of a server with TLS; without `frames` it begins to answer and goes silent. */
async function secureServer(frames?: string): Promise<number> {
  const server: Server = createServer(certificate, (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (frames !== undefined) response.end(frames)
  })
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  return (server.address() as AddressInfo).port
}

function modelAt(scheme: 'http' | 'https', env: Record<string, string>): ReturnType<typeof compatible> {
  return compatible({
    provider: 'fake',
    model: 'm',
    baseUrl: `${scheme}://${NAME}/v1`,
    apiKey: 'sk-very-secret-key',
    env,
    connectTimeoutMs: 300,
  })
}

async function messageOf(model: ReturnType<typeof compatible>): Promise<object> {
  const { error } = await askUntilFailure(model)
  expect(error).toBeInstanceOf(ModelError)
  return (error as ModelError).toJSON()
}

describe('a request through a proxy', () => {
  test('names the whole URL without TLS, and shows its password', async () => {
    const server = await providerServer((response) => sendStream(response, FRAMES))
    const proxy = await proxyServer(Number(new URL(server.url).port), SECRET)
    const model = modelAt('http', { HTTP_PROXY: `http://us%20er:pass%3Aword@127.0.0.1:${proxy.port}` })

    const answer = await ask(model)

    expect(answer.parts).toEqual([{ kind: 'text', text: 'ok' }])
    expect(proxy.passages).toEqual([
      { asked: `POST http://${NAME}/v1/chat/completions`, authorization: SECRET },
    ])
    expect(server.requests.map(({ headers, path }) => [headers.host, path])).toEqual([
      [NAME, '/v1/chat/completions'],
    ])
  })

  test('goes through one tunnel again and again with TLS, of which the proxy sees the name only', async () => {
    const proxy = await proxyServer(await secureServer(FRAMES), SECRET)
    const model = modelAt('https', { HTTPS_PROXY: `us%20er:pass%3Aword@127.0.0.1:${proxy.port}` })

    const answers = [await ask(model), await ask(model), await ask(model)]

    expect(answers.map(({ reason }) => reason)).toEqual(['stop', 'stop', 'stop'])
    expect(proxy.passages).toEqual([{ asked: `CONNECT ${NAME}:443`, authorization: SECRET }])
  })

  test("takes the proxy of the environment that was given, for every model string's wire", async () => {
    const server = await providerServer((response) => sendStream(response, FRAMES))
    const proxy = await proxyServer(Number(new URL(server.url).port))
    const names = ['groq', 'openai', 'anthropic', 'google']
    const env = Object.fromEntries([
      ['http_proxy', `http://127.0.0.1:${proxy.port}`],
      ...names.map((name) => [`${name.toUpperCase()}_API_KEY`, 'k']),
      ...names.map((name) => [`${name.toUpperCase()}_BASE_URL`, `http://${NAME}/v1`]),
    ]) as Record<string, string>

    // The server answers all of them as the first expects.
    for (const name of names) await ask(models(`${name}/x`, { env })).catch(() => {})

    expect(proxy.passages.map(({ asked }) => asked)).toEqual([
      `POST http://${NAME}/v1/chat/completions`,
      `POST http://${NAME}/v1/responses`,
      `POST http://${NAME}/v1/messages`,
      `POST http://${NAME}/v1/models/x:streamGenerateContent?alt=sse`,
    ])
  })

  test.each(['before the proxy has answered', 'in the TLS handshake'])(
    'that is aborted %s closes its connection at once',
    async (when) => {
      const proxy = await tcpServer((socket) =>
        socket.once('data', () => void (when.startsWith('in') && socket.write('HTTP/1.1 200 OK\r\n\r\n'))),
      )
      const abort = new AbortController()

      const answer = post(`https://${NAME}`, {
        env: { all_proxy: `http://127.0.0.1:${proxy.port}` },
        signal: abort.signal,
      })
      await expect.poll(() => proxy.connections.length).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 100))
      abort.abort(new Error('enough'))

      await expect(answer).rejects.toThrow('enough')
      await expect.poll(() => proxy.open()).toBe(0)
    },
  )

  test('that is aborted in the middle of its answer closes the tunnel at once', async () => {
    const proxy = await proxyServer(await secureServer())
    const abort = new AbortController()
    const env = { all_proxy: `http://127.0.0.1:${proxy.port}` }

    const reply = await post(`https://${NAME}`, { env, signal: abort.signal })
    abort.abort(new Error('enough'))

    await expect(textOf(reply)).rejects.toThrow('enough')
    await expect.poll(() => proxy.open()).toBe(0)
  })
})

describe('a proxy that does not work', () => {
  test.each(['http', 'https'] as const)('for %s is named, without its password', async (scheme) => {
    const port = await closedPort()

    const error = await messageOf(modelAt(scheme, { ALL_PROXY: `http://user:secret@127.0.0.1:${port}` }))

    expect(error).toEqual({
      code: 'model.unavailable',
      message: `Could not reach fake at ${NAME} through the proxy 127.0.0.1:${port} (ECONNREFUSED); check ALL_PROXY and that the proxy runs`,
      retryable: true,
    })
  })

  test.each([
    ['http', 'it wants a user and a password'],
    ['https', 'it answered 407'],
  ] as const)('for %s for want of a password says so', async (scheme, reason) => {
    const { port } = await proxyServer(1, SECRET)

    const error = await messageOf(modelAt(scheme, { ALL_PROXY: `http://user:secret@127.0.0.1:${port}` }))

    expect(error).toEqual({
      code: 'model.unavailable',
      message: `Could not reach fake at ${NAME} through the proxy 127.0.0.1:${port} (${reason}); check ALL_PROXY and that the proxy runs`,
      retryable: true,
    })
  })

  test('because it says nothing is a time-out', async () => {
    const { port, open } = await tcpServer((socket) => socket.resume())

    const error = await messageOf(modelAt('https', { ALL_PROXY: `http://user:secret@127.0.0.1:${port}` }))

    expect(error).toEqual({
      code: 'model.connect_timeout',
      message: `There was no connection to fake at ${NAME} through the proxy 127.0.0.1:${port} within 300 ms (connect time-out)`,
      retryable: true,
    })
    await expect.poll(open).toBe(0)
  })

  test('because it cannot be spoken to is a mistake in the configuration', async () => {
    const { error } = await askUntilFailure(modelAt('https', { ALL_PROXY: 'socks5://user:secret@host:1' }))

    expect(error).toMatchObject({
      code: 'config.invalid',
      message: expect.not.stringContaining('secret'),
    })
  })

  test('is not asked for this machine', async () => {
    const server = await providerServer((response) => sendStream(response, FRAMES))

    const model = compatible({
      provider: 'fake',
      model: 'm',
      baseUrl: server.url,
      env: { ALL_PROXY: `http://127.0.0.1:${await closedPort()}` },
    })

    expect((await ask(model, HELLO)).reason).toBe('stop')
  })
})

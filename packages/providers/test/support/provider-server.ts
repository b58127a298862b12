import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as it arrived. */
export interface Heard {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface ProviderServer {
  readonly url: string
  readonly requests: readonly Heard[]
  /** Connections that were opened so far. */
  connections(): number
  /** Resolves when a client has closed a connection before its answer was over. */
  readonly clientLeft: Promise<void>
}

/** A real HTTP server for one test, which closes it. */
export async function providerServer(
  answer: (response: ServerResponse, request: Heard) => void | Promise<void>,
): Promise<ProviderServer> {
  const requests: Heard[] = []
  let connections = 0
  const left = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) left.resolve()
    })
    void read(request).then((body) => {
      const heard = { path: request.url ?? '', headers: request.headers, body }
      requests.push(heard)
      return answer(response, heard)
    })
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    clientLeft: left.promise,
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Begins an event stream. */
export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
}

/** Answers with the frames of one event stream. */
export function sendStream(response: ServerResponse, frames: string): void {
  beginStream(response)
  response.end(frames)
}

/** Answers with a status and a JSON body. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  return port
}

import { createServer, request as forward } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a proxy was asked for. */
export interface Passage {
  /** `CONNECT host:port`, or the method and the whole URL. */
  readonly asked: string
  readonly authorization: string | undefined
}

export interface ProxyServer {
  readonly port: number
  readonly passages: readonly Passage[]
  /** Connections of clients that are open now. */
  open(): number
}

/**
 * An HTTP proxy for one test that knows one server, whatever name is asked for.
 *
 * @param password - Lets nobody through who does not send this `proxy-authorization`.
 */
export async function proxyServer(target: number, password?: string): Promise<ProxyServer> {
  const passages: Passage[] = []
  const clients: Socket[] = []
  const isRefused = (asked: string, authorization: string | undefined): boolean => {
    passages.push({ asked, authorization })
    return password !== undefined && authorization !== password
  }
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request
    if (isRefused(`${method} ${url}`, headers['proxy-authorization'])) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who are you?')
      return
    }
    const { pathname, search } = new URL(url)
    const onward = forward(
      { port: target, host: '127.0.0.1', method, path: pathname + search, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  server.on('connect', (request, client: Socket) => {
    client.on('error', () => {})
    if (isRefused(`CONNECT ${request.url}`, request.headers['proxy-authorization'])) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const onward = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(onward).pipe(client)
    })
    onward.on('error', () => client.destroy())
    client.on('close', () => onward.destroy())
  })
  server.on('connection', (client) => clients.push(client))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const client of clients) client.destroy()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  return {
    port: (server.address() as AddressInfo).port,
    passages,
    open: () => clients.filter((client) => !client.closed).length,
  }
}

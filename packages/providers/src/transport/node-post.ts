import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Environment } from '../environment.ts'
import type { Reply } from '../wire/reply.ts'
import { timeLimit } from '../wire/time-limit.ts'
import { ON_CONNECTION } from './agents.ts'
import type { ShownOptions } from './agents.ts'
import { decoded } from './decoded.ts'
import { pulledBody } from './pulled-body.ts'
import type { PulledBody } from './pulled-body.ts'
import { closeIdle, routeTo } from './route.ts'
import type { Route } from './route.ts'
import { TransportError } from './transport-error.ts'

/** What {@link nodePost} sends. */
export interface NodePost {
  /** http or https. */
  readonly url: string
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Not copied; see `Reply.isRequestSent`. `null`: a GET instead. */
  readonly body: Uint8Array | string | null
  /** Closes the connection at once, at any time before the answer is over. */
  readonly signal: AbortSignal
  /** Name lookup, TCP, proxy and TLS together. */
  readonly connectTimeoutMs: number
  /** Where proxy variables are looked up. */
  readonly env: Environment
}

/**
 * Sends a request with Node's own HTTP client, whose connections are kept and used again.
 *
 * A server may close a kept connection in the same moment in which the next request is written to it.
 * Then, and only when no byte of an answer came, it is sent once more, over a new connection.
 *
 * @throws Error with Node's `code`, in a TransportError where that is not all there is to tell; one whose
 *   message is `unexpected redirect` for a redirect; ConfigError for an unusable proxy.
 */
export async function nodePost(post: NodePost): Promise<Reply> {
  post.signal.throwIfAborted()
  const route = routeTo(post.url, post.env)
  const first = startTrip(route, post)
  try {
    return await first.reply
  } catch (thrown) {
    if (!first.wasStale() || post.signal.aborted) throw thrown
    closeIdle(route)
    return startTrip(route, post).reply
  }
}

/** One attempt. */
interface Trip {
  readonly reply: Promise<Reply>
  /** Whether it failed because its connection had been kept for too long. */
  wasStale(): boolean
}

function startTrip(route: Route, post: NodePost): Trip {
  const { promise: reply, resolve, reject } = Promise.withResolvers<Reply>()
  const { signal } = post
  let newConnection: Duplex | undefined
  let stopClock = (): void => {}
  let body: PulledBody | undefined
  let wasHeard = false
  let wasStale = false
  let isOver = false

  const fail = (error: unknown): void => {
    if (isOver) return
    isOver = true
    stopClock()
    signal.removeEventListener('abort', abort)
    // Before the error is told: whoever hears it may change the bytes of the body.
    newConnection?.destroy()
    outgoing.destroy()
    if (body) body.fail(error)
    else reject(error)
  }
  const abort = (): void => fail(signal.reason)
  const onConnection = (connection: Duplex): void => {
    newConnection = connection
    stopClock = timeLimit(post.connectTimeoutMs, () => fail(connectTimeout(route, post)))
  }
  const outgoing = route.request(optionsOf(route, post, onConnection))
  outgoing.on('socket', (socket: TcpOrTls) => {
    newConnection = undefined
    if (outgoing.reusedSocket) socket.once('data', () => (wasHeard = true))
    else if (socket.secureConnecting === true) socket.once('secureConnect', stopClock)
    else if (socket.connecting) socket.once('connect', stopClock)
    else stopClock()
  })
  outgoing.on('error', (error) => {
    wasStale ||= !isOver && body === undefined && outgoing.reusedSocket && !wasHeard && isReset(error)
    fail(body || route.proxy === null ? error : new TransportError({ proxy: route.proxy.name, cause: error }))
  })
  outgoing.on('close', () => {
    if (body === undefined) fail(new Error('The connection was closed'))
  })
  outgoing.on('response', (incoming) => {
    const refusal = refusalOf(incoming, route)
    if (refusal) return fail(refusal)
    body = bodyOf(incoming)
    resolve(replyOf(outgoing, incoming, body))
  })
  signal.addEventListener('abort', abort)
  outgoing.end(post.body ?? undefined)
  return { reply, wasStale: () => wasStale }
}

type TcpOrTls = Socket & { readonly secureConnecting?: boolean }

function connectTimeout(route: Route, { connectTimeoutMs }: NodePost): TransportError {
  return new TransportError({ proxy: route.proxy?.name ?? null, connectTimeoutMs })
}

function optionsOf(
  route: Route,
  post: NodePost,
  onConnection: (connection: Duplex) => void,
): RequestOptions & ShownOptions {
  return {
    ...route.target,
    ...(post.body === null ? { method: 'GET' } : {}),
    agent: route.agent,
    // Some networks turn away whoever does not say what it is.
    headers: {
      'user-agent': 'heddle',
      'accept-encoding': 'identity',
      ...post.headers,
      ...(post.body === null ? {} : { 'content-length': lengthOf(post.body) }),
    },
    [ON_CONNECTION]: onConnection,
  }
}

function lengthOf(body: Uint8Array | string): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

/** Answers that are not given on. */
function refusalOf(incoming: IncomingMessage, { proxy }: Route): Error | null {
  const { statusCode = 0 } = incoming
  if (REDIRECTS.has(statusCode)) return new Error('unexpected redirect')
  if (proxy && statusCode === PROXY_WANTS_PASSWORD) {
    return new TransportError({ proxy: proxy.name, cause: new Error('it wants a user and a password') })
  }
  return null
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

const PROXY_WANTS_PASSWORD = 407

function bodyOf(incoming: IncomingMessage): PulledBody {
  const stream = decoded(incoming)
  return pulledBody(stream, () => {
    incoming.destroy()
    if (stream !== incoming) stream.destroy()
  })
}

function replyOf(outgoing: ClientRequest, incoming: IncomingMessage, body: PulledBody): Reply {
  const { statusCode: status = 0, headers } = incoming
  return {
    status,
    headers: {
      get(name) {
        const value = headers[name]
        return typeof value === 'object' ? value.join(', ') : value
      },
    },
    body,
    isRequestSent: outgoing.writableFinished,
  }
}

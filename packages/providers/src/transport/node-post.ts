import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Environment } from '../environment.ts'
import type { Reply } from '../wire/reply.ts'
import type { StopSignal } from '../wire/stop-signal.ts'
import { timeLimit } from '../wire/time-limit.ts'
import { takeNewConnection } from './agents.ts'
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
  readonly signal: StopSignal
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
export function nodePost(post: NodePost): Promise<Reply> {
  return new Promise((resolve, reject) => {
    if (post.signal.aborted) throw post.signal.reason
    new Trip(routeTo(post.url, post.env), post, { resolve, reject })
  })
}

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: unknown) => void
}

/**
 * One attempt. A class, and itself the listener of its signal: thousands of them may be on their way at once, each
 * waiting for a slow answer.
 */
class Trip {
  private readonly route: Route
  private readonly post: NodePost
  private readonly waiting: Waiting
  private readonly isLast: boolean
  private readonly outgoing: ClientRequest
  private readonly isCopied: boolean
  /** Until it is agreed on with TLS and proxy. */
  private newConnection: Duplex | null
  /** Runs until the connection stands. */
  private clock: ReturnType<typeof timeLimit>
  private body: PulledBody | null = null
  /** Whether the other side said anything on a kept connection. */
  private wasHeard: (() => boolean) | null = null
  private isOver = false

  constructor(route: Route, post: NodePost, waiting: Waiting, isLast = false) {
    this.route = route
    this.post = post
    this.waiting = waiting
    this.isLast = isLast
    const body = sentBody(post.body)
    this.isCopied = typeof body === 'string'
    this.outgoing = route.request(optionsOf(route, post.headers, body))
    this.newConnection = takeNewConnection()
    if (this.newConnection) {
      this.clock = timeLimit(post.connectTimeoutMs, () => this.fail(connectTimeout(route, post)))
    }
    this.listen()
    post.signal.addEventListener('abort', this)
    if (typeof body === 'string') this.outgoing.end(body, 'latin1')
    else this.outgoing.end(body ?? undefined)
    joinHeader(this.outgoing)
  }

  /** The signal aborted. */
  handleEvent(): void {
    this.fail(this.post.signal.reason)
  }

  private listen(): void {
    const { outgoing, route } = this
    outgoing.on('socket', (socket: TcpOrTls) => this.takeSocket(socket))
    outgoing.on('error', (error) => {
      if (this.isStale(error)) return this.again()
      const isOfProxy = this.body === null && route.proxy !== null
      this.fail(isOfProxy ? new TransportError({ proxy: route.proxy.name, cause: error }) : error)
    })
    outgoing.on('close', () => {
      if (this.body === null) this.fail(new Error('The connection was closed'))
    })
    outgoing.on('response', (incoming) => this.answer(incoming))
  }

  private takeSocket(socket: TcpOrTls): void {
    this.newConnection = null
    const stopClock = (): void => clearTimeout(this.clock)
    if (this.outgoing.reusedSocket) this.wasHeard = hearing(socket)
    if (socket.secureConnecting === true) socket.once('secureConnect', stopClock)
    else if (socket.connecting) socket.once('connect', stopClock)
    else stopClock()
  }

  private answer(incoming: IncomingMessage): void {
    const refusal = refusalOf(incoming, this.route)
    if (refusal) return this.fail(refusal)
    this.body = bodyOf(incoming)
    this.waiting.resolve(replyOf(incoming, this.body, this.isCopied || this.outgoing.writableFinished))
  }

  /** Whether it failed because its connection had been kept for too long. */
  private isStale(error: Error): boolean {
    const { isOver, isLast, body, wasHeard } = this
    return !isOver && !isLast && body === null && wasHeard?.() === false && isReset(error)
  }

  private again(): void {
    const { route, post, waiting } = this
    this.isOver = true
    post.signal.removeEventListener('abort', this)
    this.outgoing.destroy()
    closeIdle(route)
    new Trip(route, post, waiting, true)
  }

  private fail(error: unknown): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.clock)
    this.post.signal.removeEventListener('abort', this)
    // Before the error is told: whoever hears it may change the bytes of the body.
    this.newConnection?.destroy()
    this.outgoing.destroy()
    if (this.body) this.body.fail(error)
    else this.waiting.reject(error)
  }
}

/**
 * Node puts the header together from some thirty pieces, and keeps them for as long as the answer takes: among
 * thousands of requests that is much to look through for the garbage collector. Looking at a letter joins them.
 */
function joinHeader(outgoing: ClientRequest & { readonly _header?: unknown }): void {
  const { _header: header } = outgoing
  if (typeof header === 'string') header.charCodeAt(0)
}

type TcpOrTls = Socket & { readonly secureConnecting?: boolean }

/** @returns Whether anything came since. Over TLS the other side also says goodbye, which does not count. */
function hearing(socket: TcpOrTls): () => boolean {
  if (socket.secureConnecting === undefined) {
    const before = socket.bytesRead
    return () => socket.bytesRead > before
  }
  let wasHeard = false
  socket.once('data', () => (wasHeard = true))
  return () => wasHeard
}

function connectTimeout(route: Route, { connectTimeoutMs }: NodePost): TransportError {
  return new TransportError({ proxy: route.proxy?.name ?? null, connectTimeoutMs })
}

function optionsOf(route: Route, headers: NodePost['headers'], body: NodePost['body']): RequestOptions {
  const options = { ...route.target, headers: headersOf(route, headers, body) }
  return body === null ? { ...options, method: 'GET' } : options
}

/**
 * By name; or, where Node need not look into them, in a row, which spares it half the work. It looks for the way
 * through a proxy, and for the name that a certificate must have.
 */
function headersOf(
  route: Route,
  headers: NodePost['headers'],
  body: NodePost['body'],
): Record<string, string> | string[] {
  const length = body === null ? null : String(body.length)
  if (route.proxy !== null || 'host' in headers) {
    return { ...OWN_HEADERS, ...headers, ...(length === null ? {} : { 'content-length': length }) }
  }
  const row = ['host', route.host]
  for (const name in OWN_HEADERS) if (!(name in headers)) row.push(name, OWN_HEADERS[name] ?? '')
  for (const name in headers) if (name !== 'content-length') row.push(name, headers[name] ?? '')
  if (length !== null) row.push('content-length', length)
  return row
}

/** Some networks turn away whoever does not say what it is. */
const OWN_HEADERS: Readonly<Record<string, string>> = {
  'user-agent': 'heddle',
  'accept-encoding': 'identity',
}

/** Text of one byte a letter, which travels in one piece with the headers. */
function sentBody(body: NodePost['body']): NodePost['body'] {
  if (typeof body !== 'string' || Buffer.byteLength(body) === body.length) return body
  return Buffer.from(body).toString('latin1')
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

function replyOf(incoming: IncomingMessage, body: PulledBody, isRequestSent: boolean): Reply {
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
    isRequestSent,
  }
}

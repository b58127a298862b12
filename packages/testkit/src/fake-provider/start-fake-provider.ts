import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { streamEncoder } from './encode-stream.ts'
import type { FakeScript, FakeScripts, FakeTurn, FakeWire } from './script.ts'
import { sendError, sendStream, sendWhole, wasCut } from './send-answer.ts'
import type { Delivery } from './send-answer.ts'
import { splitTurn } from './split-turn.ts'
import type { WireRequest } from './wire.ts'
import { wireAt, WIRES } from './wires.ts'

/** What {@link startFakeProvider} is told. */
export interface FakeProviderOptions {
  readonly scripts: FakeScripts
  /** Default 0: any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** How many of the latest requests are remembered. Default 1,000; 0 for benchmarks. */
  readonly keepRequests?: number
}

/** A request that the fake provider got. */
export interface FakeRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Lower-case names; a header that came more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed; `null` when there was none or it was not JSON. */
  readonly body: JsonValue
  /** Epoch milliseconds of its arrival. */
  readonly atMs: number
  /** True when the client closed the connection before its answer was complete. */
  readonly closedByClient: boolean
}

/** A running fake provider. */
export interface FakeProvider {
  /** Such as `http://127.0.0.1:40000`. */
  readonly url: string
  /** What OpenAI clients call the base URL: `url` and `/v1`. */
  readonly openaiBaseUrl: string
  /** What Anthropic clients call the base URL: `url`. */
  readonly anthropicBaseUrl: string
  /** What Gemini clients call the base URL and the API version: `url` and `/v1beta`. */
  readonly googleBaseUrl: string
  /** Requests for answers and models, oldest first. */
  readonly requests: readonly FakeRequest[]
  /** Open connections, those included that a client keeps for its next request. */
  readonly openSockets: number
  /** Requests whose answer is neither complete nor cut off; 0 after a run shows that nothing leaked. */
  readonly openRequests: number
  /** Forgets the requests and gives every turn its faults again. */
  reset(): void
  /** Stops listening and cuts all connections. */
  close(): Promise<void>
}

interface ServerState {
  readonly scripts: FakeScripts
  readonly keepRequests: number
  readonly encode: ReturnType<typeof streamEncoder>
  /** Requests so far by wire, model and turn: the number chooses the fault. */
  readonly attempts: Map<string, number>
  readonly requests: FakeRequest[]
  openRequests: number
}

/**
 * Starts an HTTP server that answers like OpenAI (`POST /v1/chat/completions`, `POST /v1/responses`), like
 * Anthropic (`POST /v1/messages`) and like Gemini (`POST /v1beta/models/NAME:streamGenerateContent`), streamed or
 * not, from scripts by model name, and that fails as the scripts say. It refuses transcripts which the vendors
 * refuse, such as a tool call without its result. `GET /v1/models`, `GET /v1beta/models` and Ollama's `GET /api/tags` list the models.
 *
 * @throws When the port is taken.
 */
export async function startFakeProvider(options: FakeProviderOptions): Promise<FakeProvider> {
  const { port = 0, host = '127.0.0.1' } = options
  const state: ServerState = {
    scripts: options.scripts,
    keepRequests: options.keepRequests ?? 1000,
    encode: streamEncoder(),
    attempts: new Map(),
    requests: [],
    openRequests: 0,
  }
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    // A client that left makes late writes fail; `closedByClient` tells of it.
    response.on('error', () => {})
    collect(request, (text) => serve(state, request, response, text))
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await listen(server, port, host)

  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`
  return {
    url,
    openaiBaseUrl: `${url}/v1`,
    anthropicBaseUrl: url,
    googleBaseUrl: `${url}/v1beta`,
    requests: state.requests,
    get openSockets() {
      return sockets.size
    },
    get openRequests() {
      return state.openRequests
    },
    reset: () => forget(state),
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function collect(request: IncomingMessage, done: (text: string) => void): void {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.once('end', () => done(Buffer.concat(pieces).toString('utf8')))
}

function serve(state: ServerState, request: IncomingMessage, response: ServerResponse, text: string): void {
  const path = (request.url ?? '/').replace(/\?.*$/s, '')
  const route = `${request.method} ${path}`
  if (route === 'GET /__requests') return sendJson(response, 200, state.requests)
  if (route === 'POST /__reset') {
    forget(state)
    return sendJson(response, 200, null)
  }
  const body = parsed(text)
  const headers = headersOf(request)
  remember(state, response, {
    method: request.method ?? '',
    path,
    headers,
    body,
    atMs: Date.now(),
    closedByClient: false,
  })
  const names = Object.keys(state.scripts)
  const wire = wireAt(path)
  if (request.method === 'POST' && wire !== undefined) {
    return answer(state, { wire, path, headers, body, response })
  }
  if (request.method === 'GET' && path.endsWith('/models')) {
    return sendJson(response, 200, WIRES[wireOfList(path, headers)].models(names))
  }
  if (route === 'GET /api/tags') return sendJson(response, 200, { models: names.map(ollamaModel) })
  sendJson(response, 404, { error: { message: `The fake provider has no ${route}.` } })
}

interface Question {
  readonly wire: FakeWire
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonValue
  readonly response: ServerResponse
}

function answer(state: ServerState, { wire: wireName, path, headers, body, response }: Question): void {
  const wire = WIRES[wireName]
  const plain: Delivery = { response, wire, fault: { kind: 'none' }, model: '', serial: 0 }
  if (!isJsonObject(body)) return sendError(plain, 400, 'We could not parse the JSON body of your request.')
  const request: WireRequest = { path, headers, body }
  const model = wire.modelOf(request)
  const script = Object.hasOwn(state.scripts, model) ? state.scripts[model] : undefined
  if (script === undefined) {
    const known = Object.keys(state.scripts).join(', ')
    return sendError(
      plain,
      404,
      `The model "${model}" does not exist; the fake provider has a script for: ${known}.`,
    )
  }
  const refusal = wire.refusal(request)
  if (refusal !== null) return sendError(plain, 400, refusal)

  const index = wire.countAssistantTurns(body, script.continues === true)
  const turn = turnAt(script, index)
  if (turn === undefined) {
    const count = script.turns.length
    return sendError(
      plain,
      400,
      `The script of model "${model}" has ${count} turn(s) and was asked for turn ${index + 1}.`,
    )
  }
  const serial = wire.countAssistantTurns(body, true)
  const delivery = { ...plain, model, serial, fault: nextFault(state, `${wireName} ${model} ${index}`, turn) }
  deliver(state, delivery, turn, request)
}

function deliver(state: ServerState, delivery: Delivery, turn: FakeTurn, request: WireRequest): void {
  const { fault, wire, model, serial } = delivery
  if (fault.kind === 'status') return sendError(delivery, fault.status)
  const streamOptions = request.body['stream_options']
  const withUsage = isJsonObject(streamOptions) && streamOptions['include_usage'] === true
  const context = { model, serial, withUsage }
  if (!wire.wantsStream(request)) return sendWhole(delivery, wire.whole(splitTurn(turn), context))
  sendStream(delivery, state.encode(turn, wire, context), turn.delayMs ?? 0)
}

function turnAt(script: FakeScript, index: number): FakeTurn | undefined {
  return script.turns[index] ?? (script.repeatLast === true ? script.turns.at(-1) : undefined)
}

function nextFault(state: ServerState, key: string, turn: FakeTurn): Delivery['fault'] {
  const attempt = state.attempts.get(key) ?? 0
  state.attempts.set(key, attempt + 1)
  return turn.faults?.[attempt] ?? { kind: 'none' }
}

/** Clients of all vendors ask at the same path. */
function wireOfList(path: string, headers: Readonly<Record<string, string>>): FakeWire {
  if (path.endsWith('/v1beta/models') || headers['x-goog-api-key'] !== undefined) return 'google'
  return headers['anthropic-version'] === undefined ? 'openai' : 'anthropic'
}

function remember(state: ServerState, response: ServerResponse, request: FakeRequest): void {
  const kept = { ...request }
  if (state.keepRequests > 0) {
    state.requests.push(kept)
    if (state.requests.length > state.keepRequests) state.requests.shift()
  }
  state.openRequests++
  response.once('close', () => {
    state.openRequests--
    kept.closedByClient = !response.writableFinished && !wasCut(response)
  })
}

function forget(state: ServerState): void {
  state.requests.length = 0
  state.attempts.clear()
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  )
}

function parsed(text: string): JsonValue {
  try {
    return text === '' ? null : (JSON.parse(text) as JsonValue)
  } catch {
    return null
  }
}

/** An entry of Ollama's list, with the fields that clients read. */
function ollamaModel(name: string): JsonObject {
  const details = { format: 'gguf', family: 'fake', parameter_size: '0B', quantization_level: 'Q4_0' }
  return { name, model: name, modified_at: '2026-01-01T00:00:00Z', size: 0, digest: 'fake', details }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

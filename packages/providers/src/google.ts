import { ConfigError } from '@heddle/core'
import type { LanguageModel, ModelInfo, ModelRequest } from '@heddle/core'
import { contentDecoder } from './google/content-decoder.ts'
import { contentEncoder } from './google/content-encoder.ts'
import { ownToolNames } from './google/tool-names.ts'
import { readBaseUrl } from './wire/base-url.ts'
import { carry } from './wire/carry.ts'
import { cleanHeaders } from './wire/clean-headers.ts'
import type { EncodedBody } from './wire/encoded-bodies.ts'
import { readBatches } from './wire/read-batches.ts'
import type { WireCall } from './wire/read-batches.ts'
import { sendEncoded } from './wire/send-encoded.ts'
import { transportOf } from './wire/transport-options.ts'
import type { Transport, TransportOptions } from './wire/transport-options.ts'
import { UNKNOWN_INFO } from './wire/unknown-info.ts'

export type { Fetch, TransportOptions } from './wire/transport-options.ts'

/** What {@link google} is told. */
export interface GoogleOptions extends TransportOptions {
  /** The vendor's name of the model, such as `gemini-3.5-flash`; with a folder before it when it is not in `models/`. */
  readonly model: string
  /** Stands before the `/` of the model's id, and in error sentences. Default `google`. */
  readonly provider?: string
  /**
   * Sent as `x-goog-api-key`; a function is asked anew at each request. Default: `GEMINI_API_KEY`, else
   * `GOOGLE_API_KEY`, read at each request. Not needed where `headers` hold a key or an `authorization`.
   */
  readonly apiKey?: string | (() => string | undefined)
  /** Up to and without `/models/…`. Default `https://generativelanguage.googleapis.com/v1beta`. */
  readonly baseUrl?: string
  /** Added to every request; win over ours. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: nothing is known. */
  readonly info?: ModelInfo
}

const DEFAULT_BASE_URL = 'https://generativelanguage.googleapis.com/v1beta'

/**
 * A model behind Google's Gemini API, streaming.
 *
 * Thought signatures, code that the vendor ran, pictures and search results are kept as opaque items;
 * what the model wants back goes back to the same model in the very place where it came. `extraBody` is
 * merged into `generationConfig` member by member, and its `tools` stand behind the request's own. Nothing is
 * sent, and no setting is checked, before `stream` is called.
 *
 * @see https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export function google(options: GoogleOptions): LanguageModel {
  const { model, provider = 'google' } = options
  const id = `${provider}/${model}`
  const wire: Wire = {
    options,
    provider,
    path: pathOf(model),
    transport: transportOf(options),
    encode: contentEncoder({ id, needsSignatures: needsSignatures(model) }),
    namesOf: ownToolNames(),
  }
  return {
    id,
    info: options.info ?? UNKNOWN_INFO,
    stream: (request, signal) => readBatches(() => contentCall(wire, request), signal),
  }
}

interface Wire {
  readonly options: GoogleOptions
  readonly provider: string
  readonly path: string
  readonly transport: Transport
  encode(request: ModelRequest): EncodedBody
  namesOf(tools: ModelRequest['tools']): (wireName: string) => string
}

function pathOf(model: string): string {
  const name = model.includes('/') ? model : `models/${model}`
  return `${name.split('/').map(encodeURIComponent).join('/')}:streamGenerateContent?alt=sse`
}

/** Which models refuse calls without a signature: Gemini from 3 on, and what is named without a number, like `gemini-flash-latest`. */
function needsSignatures(model: string): boolean {
  const name = model.slice(model.lastIndexOf('/') + 1)
  const generation = /\d+/.exec(name)?.[0] ?? FIRST_SIGNED
  return name.startsWith('gemini-') && Number(generation) >= FIRST_SIGNED
}

/** @see https://ai.google.dev/gemini-api/docs/thought-signatures */
const FIRST_SIGNED = 3

function contentCall(wire: Wire, request: ModelRequest): WireCall {
  const { options, provider, transport } = wire
  const url = readBaseUrl(provider, options.baseUrl ?? DEFAULT_BASE_URL)
  const given = options.headers ?? {}
  const apiKey = keyOf(options)
  const headers = cleanHeaders(
    provider,
    { 'content-type': 'application/json', accept: 'text/event-stream' },
    apiKey ? { 'x-goog-api-key': apiKey } : {},
    given,
  )
  if (!headers['x-goog-api-key'] && !headers['authorization']) throw missingKey(provider)
  const vendor = { provider, secrets: [apiKey ?? '', ...Object.values(given)] }
  return {
    vendor,
    where: url.host,
    transport,
    decoder: () => contentDecoder(vendor, wire.namesOf(request.tools)),
    send: (line) =>
      sendEncoded(
        vendor.provider,
        () => wire.encode(request),
        (body) => carry(transport, { url: `${url.href}/${wire.path}`, headers, body, signal: line }),
      ),
  }
}

function keyOf({ apiKey }: GoogleOptions): string | undefined {
  if (typeof apiKey === 'string') return apiKey
  if (apiKey !== undefined) return apiKey()
  const env = globalThis.process?.env
  return env?.['GEMINI_API_KEY'] || env?.['GOOGLE_API_KEY']
}

function missingKey(provider: string): ConfigError {
  return new ConfigError(
    'config.missing_key',
    `No API key for ${provider}: set GEMINI_API_KEY, or give \`apiKey\` to google()`,
  )
}

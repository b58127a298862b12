import type { ChatDialect } from '../compatible/chat-encoder.ts'

/**
 * How a backend is spoken to: `chat` is OpenAI's Chat Completions, `responses` its Responses, `messages`
 * Anthropic's Messages, `gemini` Google's `streamGenerateContent`.
 */
export type Wire = 'chat' | 'responses' | 'messages' | 'gemini'

/** Headers that can carry a key; `authorization` carries it as a bearer token, the others as it is. */
export type KeyHeader = 'authorization' | 'x-api-key' | 'api-key' | 'x-goog-api-key'

/** Somewhere that models can be asked. */
export interface Endpoint {
  readonly wire: Wire
  /**
   * For `chat` and `responses` up to and without `/chat/completions` and `/responses`, for `messages` up to and
   * without `/v1/messages`, for `gemini` up to and without `/models`. Empty where each customer has another one.
   */
  readonly baseUrl: string
  /** Variables that name another address, the first that is set wins; `<NAME>_BASE_URL` wins over all of them. */
  readonly baseUrlFrom?: readonly AddressVariable[]
  /** The key itself; wins over `keyVariables`. */
  readonly apiKey?: string
  /** Variables that may hold the key, the first that is set wins. Empty: no key is sent. */
  readonly keyVariables?: readonly string[]
  /** Default `['authorization']`, for `gemini` `['x-goog-api-key']`. */
  readonly keyHeaders?: readonly KeyHeader[]
  /** True for a server of one's own. Default false. */
  readonly isLocal?: boolean
  /** Whether it is asked only with a key. Default: unless `isLocal`, or no variable can hold one. */
  readonly needsKey?: boolean
  /** Whether its models cost nothing. Default: as `isLocal`. */
  readonly isFree?: boolean
  /** Sent by a local server's adapter when no key is set. */
  readonly placeholderKey?: string
  /** Added to every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where models are listed, seen from the base URL. Default: the wire's own place. */
  readonly modelsPath?: string
  /** What differs from OpenAI, for a given model; `chat` only. */
  readonly dialect?: (model: string) => ChatDialect
  /**
   * Whether answers of a model can be held to a JSON Schema while they are streamed and while it may call
   * tools. `isStructured` is what the catalogue says of the model. Default: never, and then structured
   * answers are got through a tool.
   */
  readonly enforcesSchema?: (model: string, isStructured: boolean) => boolean
}

/** A variable that says where a backend is. */
export interface AddressVariable {
  readonly name: string
  /** Makes a base URL of its value, which is not blank. */
  readonly baseUrl: (value: string) => string
}

/** The headers that carry an endpoint's key. */
export function keyHeadersOf(endpoint: Endpoint): readonly KeyHeader[] {
  return endpoint.keyHeaders ?? [endpoint.wire === 'gemini' ? 'x-goog-api-key' : 'authorization']
}

/** Whether models of an endpoint are known to cost nothing. */
export function isFree(endpoint: Endpoint): boolean {
  return endpoint.isFree ?? endpoint.isLocal === true
}

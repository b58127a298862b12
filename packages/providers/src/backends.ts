import type { ChatDialect } from './compatible/chat-encoder.ts'
import type { Environment } from './environment.ts'

/** Somewhere that models can be asked. */
export interface Endpoint {
  /** `chat` is OpenAI's Chat Completions, `messages` is Anthropic's Messages. */
  readonly wire: 'chat' | 'messages'
  /** For `chat` up to and without `/chat/completions`, for `messages` up to and without `/v1/messages`. */
  readonly baseUrl: string
  /** Variables that may hold the key, the first that is set wins. Empty: no key is sent. */
  readonly keyVariables?: readonly string[]
  /** True for a server on one's own machine: it needs no key and costs nothing. Default false. */
  readonly isLocal?: boolean
  /** Sent by a local server's adapter when no key is set. */
  readonly placeholderKey?: string
  /** Added to every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** What differs from OpenAI, for a given model; `chat` only. */
  readonly dialect?: (model: string) => ChatDialect
  /**
   * Whether answers of a model can be held to a JSON Schema while they are streamed and while it may call
   * tools. `isStructured` is what the catalogue says of the model. Default: never, and then structured
   * answers are got through a tool.
   */
  readonly enforcesSchema?: (model: string, isStructured: boolean) => boolean
}

/** From 4.5 on. @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs */
const CLAUDE_ENFORCES = /^claude-[a-z]+-(4-[5-9]|[5-9]|\d\d)(?!\d)/
/** Its first version knows no more than JSON. @see https://platform.openai.com/docs/guides/structured-outputs */
const GPT_4O_WITHOUT = 'gpt-4o-2024-05-13'
/** Earlier ones refuse a schema beside tools. @see https://ai.google.dev/gemini-api/docs/structured-output */
const GEMINI_ENFORCES = /^gemini-([3-9]|\d\d)/
/** Earlier ones refuse a schema beside tools. @see https://docs.x.ai/docs/guides/structured-outputs */
const GROK_ENFORCES = /^grok-([4-9]|\d\d)/
/** Models that are hosted in many places are not enforced in all of them. */
const ROUTED_ENFORCES = /^openai\/(gpt-(4o|4\.1|[5-9])|o\d)/

/**
 * From GPT-5.5 on, OpenAI refuses function tools in Chat Completions while the model reasons, which it
 * does unless told otherwise.
 */
const REASONS_BY_DEFAULT = /^gpt-(5\.([5-9]|\d\d)|[6-9]|\d\d)/

function hosted(
  baseUrl: string,
  keyVariables: readonly string[],
  more: Pick<Endpoint, 'dialect' | 'enforcesSchema'> = {},
): Endpoint {
  return { wire: 'chat', baseUrl, keyVariables, ...more }
}

function local(baseUrl: string, keyVariable: string): Endpoint {
  return { wire: 'chat', baseUrl, keyVariables: [keyVariable], isLocal: true }
}

/** Every backend that a model string can name; one row each. */
export const BACKENDS: Readonly<Record<string, Endpoint>> = {
  anthropic: {
    wire: 'messages',
    baseUrl: 'https://api.anthropic.com',
    keyVariables: ['ANTHROPIC_API_KEY'],
    // The catalogue says nothing of these.
    enforcesSchema: (model) => CLAUDE_ENFORCES.test(model),
  },
  openai: hosted('https://api.openai.com/v1', ['OPENAI_API_KEY'], {
    dialect: (model) => ({
      maxTokensField: 'max_completion_tokens',
      mustNotReasonWithTools: REASONS_BY_DEFAULT.test(model),
    }),
    enforcesSchema: (model, isStructured) => isStructured && model !== GPT_4O_WITHOUT,
  }),
  google: hosted(
    'https://generativelanguage.googleapis.com/v1beta/openai',
    ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    { enforcesSchema: (model, isStructured) => isStructured && GEMINI_ENFORCES.test(model) },
  ),
  zai: hosted('https://api.z.ai/api/paas/v4', ['ZAI_API_KEY', 'ZHIPU_API_KEY']),
  xai: hosted('https://api.x.ai/v1', ['XAI_API_KEY'], {
    enforcesSchema: (model, isStructured) => isStructured && GROK_ENFORCES.test(model),
  }),
  // Groq and Cerebras refuse a schema beside tools or while streaming.
  groq: hosted('https://api.groq.com/openai/v1', ['GROQ_API_KEY']),
  // Refuses a tool's result whose call comes without the thoughts before it.
  deepseek: hosted('https://api.deepseek.com/v1', ['DEEPSEEK_API_KEY'], {
    dialect: () => ({ reasoningField: 'reasoning_content' }),
  }),
  openrouter: hosted('https://openrouter.ai/api/v1', ['OPENROUTER_API_KEY'], {
    enforcesSchema: (model, isStructured) =>
      isStructured && ROUTED_ENFORCES.test(model) && model !== `openai/${GPT_4O_WITHOUT}`,
  }),
  // Refuses every field it does not know, and reports usage unasked.
  mistral: hosted('https://api.mistral.ai/v1', ['MISTRAL_API_KEY'], {
    dialect: () => ({ asksForUsage: false, hasShortCallIds: true }),
  }),
  cerebras: hosted('https://api.cerebras.ai/v1', ['CEREBRAS_API_KEY']),
  // Fireworks does not show the model the schema it enforces, and Together asks for it in words as well.
  together: hosted('https://api.together.xyz/v1', ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY']),
  fireworks: hosted('https://api.fireworks.ai/inference/v1', ['FIREWORKS_API_KEY']),
  // Reports usage in every chunk, unasked.
  perplexity: hosted('https://api.perplexity.ai', ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'], {
    dialect: () => ({ asksForUsage: false }),
  }),
  nvidia: hosted('https://integrate.api.nvidia.com/v1', ['NVIDIA_API_KEY']),
  // Ollama ignores the key, but its documentation, and proxies that follow it, ask for one.
  ollama: { ...local('http://127.0.0.1:11434/v1', 'OLLAMA_API_KEY'), placeholderKey: 'ollama' },
  lms: local('http://127.0.0.1:1234/v1', 'LMS_API_KEY'),
  vllm: local('http://127.0.0.1:8000/v1', 'VLLM_API_KEY'),
  llamacpp: local('http://127.0.0.1:8080/v1', 'LLAMACPP_API_KEY'),
}

/** Where a backend is asked: `<PROVIDER>_BASE_URL` if set, for Ollama else `OLLAMA_HOST`, else its row. */
export function baseUrlOf(provider: string, endpoint: Endpoint, env: Environment): string {
  const own = env[`${provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_BASE_URL`]
  if (own) return own
  return provider === 'ollama' ? `${ollamaHost(env)}/v1` : endpoint.baseUrl
}

/**
 * Ollama's own address, read from `OLLAMA_HOST` as Ollama reads it: host, port or both, with or without a scheme.
 *
 * @returns Scheme, host and port, without a slash at the end.
 */
export function ollamaHost(env: Environment): string {
  const given = (env['OLLAMA_HOST'] ?? '').trim().replace(/\/+$/, '')
  const [, scheme, rest = ''] = /^(https?:\/\/)?(.*)$/.exec(given) ?? []
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(rest) ?? []
  // A server listens on all addresses by this name; a client cannot ask it.
  const name = host === '' || host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host
  if (scheme !== undefined && port === undefined) return `${scheme}${name}`
  return `${scheme ?? 'http://'}${name}:${port ?? '11434'}`
}

/** @returns The first of the endpoint's variables that holds a key; `null` when none does. */
export function keyVariableOf(endpoint: Endpoint, env: Environment): string | null {
  return endpoint.keyVariables?.find((name) => (env[name] ?? '').trim() !== '') ?? null
}

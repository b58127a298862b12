import type { AddressVariable, Endpoint } from './endpoint.ts'
import { ollamaHost } from './ollama-host.ts'

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

/** What OpenAI's models want, whoever hosts them under OpenAI's own names. */
const OPENAI_MANNERS: Pick<Endpoint, 'dialect' | 'enforcesSchema'> = {
  dialect: (model) => ({
    maxTokensField: 'max_completion_tokens',
    mustNotReasonWithTools: REASONS_BY_DEFAULT.test(model),
  }),
  enforcesSchema: (model, isStructured) => isStructured && model !== GPT_4O_WITHOUT,
}

function hosted(
  baseUrl: string,
  keyVariables: readonly string[],
  more: Pick<Endpoint, 'dialect' | 'enforcesSchema' | 'modelsPath'> = {},
): Endpoint {
  return { wire: 'chat', baseUrl, keyVariables, ...more }
}

function local(port: number, keyVariable: string): Endpoint {
  return {
    wire: 'chat',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    keyVariables: [keyVariable],
    isLocal: true,
  }
}

/** Takes the address of a resource as the portal shows it, or with the path that the API has. */
function azureBaseUrl(endpoint: string): string {
  const bare = endpoint.trim().replace(/\/+$/, '')
  return /\/openai(\/v\d+)?$/.test(bare) ? bare.replace(/\/openai$/, '/openai/v1') : `${bare}/openai/v1`
}

const AZURE_ADDRESS: readonly AddressVariable[] = [
  { name: 'AZURE_OPENAI_ENDPOINT', baseUrl: azureBaseUrl },
  { name: 'AZURE_RESOURCE_NAME', baseUrl: (name) => azureBaseUrl(`https://${name}.openai.azure.com`) },
]

/** Every backend that a model string can name; one row each. */
export const BACKENDS: Readonly<Record<string, Endpoint>> = {
  anthropic: {
    wire: 'messages',
    baseUrl: 'https://api.anthropic.com',
    keyVariables: ['ANTHROPIC_API_KEY'],
    // The catalogue says nothing of these.
    enforcesSchema: (model) => CLAUDE_ENFORCES.test(model),
  },
  openai: {
    ...hosted('https://api.openai.com/v1', ['OPENAI_API_KEY'], OPENAI_MANNERS),
    wire: 'responses',
  },
  google: {
    wire: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    enforcesSchema: (model, isStructured) => isStructured && GEMINI_ENFORCES.test(model),
  },
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
  // Refuses `stream_options`. Its list of models is its own API's.
  cohere: hosted('https://api.cohere.ai/compatibility/v1', ['COHERE_API_KEY', 'CO_API_KEY'], {
    dialect: () => ({ asksForUsage: false }),
    modelsPath: '/v1/models?endpoint=chat&page_size=1000',
  }),
  // Reports usage in every chunk, unasked.
  perplexity: hosted('https://api.perplexity.ai', ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'], {
    dialect: () => ({ asksForUsage: false }),
  }),
  nvidia: hosted('https://integrate.api.nvidia.com/v1', ['NVIDIA_API_KEY']),
  // Each resource has an address of its own; the model is the name of a deployment.
  azure: {
    ...hosted('', ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'], OPENAI_MANNERS),
    wire: 'responses',
    baseUrlFrom: AZURE_ADDRESS,
    keyHeaders: ['api-key'],
  },
  // Ollama ignores the key, but its documentation, and proxies that follow it, ask for one.
  ollama: {
    ...local(11_434, 'OLLAMA_API_KEY'),
    baseUrlFrom: [{ name: 'OLLAMA_HOST', baseUrl: (value) => `${ollamaHost(value)}/v1` }],
    placeholderKey: 'ollama',
    modelsPath: '/api/tags',
  },
  // Its own `--api-key` is a bearer token; what people put before it reads the other header.
  vllm: { ...local(8_000, 'VLLM_API_KEY'), keyHeaders: ['x-api-key', 'authorization'] },
  sglang: local(30_000, 'SGLANG_API_KEY'),
  lms: local(1_234, 'LMS_API_KEY'),
  exo: local(52_415, 'EXO_API_KEY'),
  // Stands before vendors that bill.
  litellm: { ...local(4_000, 'LITELLM_API_KEY'), isFree: false },
  'llama.cpp': local(8_080, 'LLAMA_CPP_API_KEY'),
}

/** Other names under which a backend can be asked; what answers has the backend's own. */
export const ALIASES: Readonly<Record<string, string>> = {
  nim: 'nvidia',
  llamacpp: 'llama.cpp',
  lmstudio: 'lms',
}

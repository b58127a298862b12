import type { Attributes } from '@opentelemetry/api'
import { ATTR } from './attributes.ts'

/** Providers that the conventions call by another name than our model strings do. */
const CONVENTIONAL_NAMES: ReadonlyMap<string, string> = new Map([
  ['google', 'gcp.gemini'],
  ['mistral', 'mistral_ai'],
  ['moonshot', 'moonshot_ai'],
  ['xai', 'x_ai'],
  ['azure', 'azure.ai.openai'],
  ['bedrock', 'aws.bedrock'],
  ['vertex', 'gcp.vertex_ai'],
  ['watsonx', 'ibm.watsonx.ai'],
])

/** The model's own name: `provider/model` without the provider, slashes of its own kept. */
export function modelName(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}

/** Provider and model of a `provider/model` id, as the conventions name them. */
export function modelAttributes(id: string): Attributes {
  const slash = id.indexOf('/')
  const model = { [ATTR.requestModel]: modelName(id) }
  if (slash === -1) return model
  const provider = id.slice(0, slash)
  return { [ATTR.provider]: CONVENTIONAL_NAMES.get(provider) ?? provider, ...model }
}

import type { JsonObject, JsonValue } from '@heddle/core'
import type { ResponseFormatJSONSchema } from 'openai/resources/shared'
import { enforceableSchema } from './enforceable-schema.ts'
import type { SchemaRules } from './enforceable-schema.ts'

const FORMATS: ReadonlySet<JsonValue> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
])

const TAKEN: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
])

/** What stays out of a pattern that is enforced: looking around, references back, classes of Unicode. */
const FANCY_PATTERN = /\(\?|\\[bBkpPucx1-9]/

/** @see https://platform.openai.com/docs/guides/structured-outputs#supported-schemas */
const STRICT: SchemaRules = {
  takes(keyword, value) {
    if (keyword === 'format') return FORMATS.has(value)
    if (keyword === 'pattern') return typeof value === 'string' && !FANCY_PATTERN.test(value)
    return TAKEN.has(keyword)
  },
  needsAllProperties: true,
  takesRecursion: true,
  fits: ({ properties, enumValues, depth }) => properties <= 5_000 && enumValues <= 1_000 && depth <= 10,
}

/** The vendor wants a name; the model sees it. */
const NAME = 'answer'

/** A schema as OpenAI's APIs want it named. */
export interface NamedSchema extends JsonObject {
  readonly name: string
  readonly schema: JsonObject
  readonly strict: boolean
}

/**
 * It is strict, which makes the server enforce it, where OpenAI's rules allow; any other schema goes as it
 * is, for the model to follow.
 */
function namedSchema(schema: JsonObject): NamedSchema {
  const strict = enforceableSchema(schema, STRICT)
  return { name: NAME, schema: strict ?? schema, strict: strict !== null }
}

/** The member `response_format` of Chat Completions for a schema. */
export function chatOutputFormat(schema: JsonObject): ResponseFormatJSONSchema {
  return { type: 'json_schema', json_schema: namedSchema(schema) }
}

/** The member `text.format` of Responses for a schema. */
export function responseOutputFormat(schema: JsonObject): NamedSchema & { readonly type: 'json_schema' } {
  return { type: 'json_schema', ...namedSchema(schema) }
}

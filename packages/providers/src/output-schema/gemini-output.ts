import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { enforceableSchema } from './enforceable-schema.ts'
import type { SchemaRules } from './enforceable-schema.ts'
import { schemaInWords } from './schema-in-words.ts'

const FORMATS: ReadonlySet<JsonValue> = new Set(['date-time', 'date', 'time'])

const TAKEN: ReadonlySet<string> = new Set(['minimum', 'maximum', 'minItems', 'maxItems'])

/** @see https://ai.google.dev/gemini-api/docs/structured-output#json-schema-support */
const ENFORCED: SchemaRules = {
  takes: (keyword, value) => (keyword === 'format' ? FORMATS.has(value) : TAKEN.has(keyword)),
  needsAllProperties: false,
  // They are unrolled a few levels deep, and an answer may be deeper.
  takesRecursion: false,
  fits: () => true,
}

/** How a schema is asked for. */
export interface GeminiOutput {
  /** The member `responseJsonSchema`; `null` when the API would not hold an answer to the schema. */
  readonly schema: JsonObject | null
  /** Stands at the end of the system text, where the schema cannot be enforced; else empty. */
  readonly words: string
}

/** In both cases the answer is JSON: `responseMimeType` says so. */
export function geminiOutput(schema: JsonObject): GeminiOutput {
  const enforced = enforceableSchema(schema, ENFORCED)
  return enforced === null
    ? { schema: null, words: schemaInWords(schema) }
    : { schema: withoutConstants(enforced), words: '' }
}

/** The API knows no `const`, and `enum` for texts and numbers only. */
function withoutConstants(schema: JsonObject): JsonObject {
  const { const: only, ...rest } = schema
  const kept: Record<string, JsonValue> = {}
  for (const [keyword, value] of Object.entries(rest)) {
    if (value !== undefined)
      kept[keyword] = isSubschema(keyword) ? eachWithoutConstants(keyword, value) : value
  }
  if (typeof only === 'string' || typeof only === 'number') kept['enum'] = [only]
  return kept
}

function isSubschema(keyword: string): boolean {
  return ['properties', '$defs', 'items', 'anyOf'].includes(keyword)
}

function eachWithoutConstants(keyword: string, value: JsonValue): JsonValue {
  if (Array.isArray(value))
    return value.map((one: JsonValue) => (isJsonObject(one) ? withoutConstants(one) : one))
  if (!isJsonObject(value)) return value
  if (keyword === 'items') return withoutConstants(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, isJsonObject(one) ? withoutConstants(one) : one]),
  )
}

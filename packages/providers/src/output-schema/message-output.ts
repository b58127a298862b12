import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { enforceableSchema } from './enforceable-schema.ts'
import type { SchemaRules } from './enforceable-schema.ts'
import { schemaInWords } from './schema-in-words.ts'

/** Those that the vendor's SDK leaves in. */
const FORMATS: ReadonlySet<JsonValue> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
])

/** @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations */
const ENFORCED: SchemaRules = {
  takes(keyword, value) {
    if (keyword === 'format') return FORMATS.has(value)
    return keyword === 'minItems' && (value === 0 || value === 1)
  },
  needsAllProperties: false,
  takesRecursion: false,
  fits: ({ optional, unions }) => optional <= 24 && unions <= 16,
}

/** How a schema is asked for. */
export interface MessageOutput {
  /** The member `output_config.format`; `null` when the API would refuse the schema. */
  readonly format: JsonObject | null
  /** Stands at the end of the system text, where the schema cannot be enforced; else empty. */
  readonly words: string
}

export function messageOutput(schema: JsonObject): MessageOutput {
  const enforced = enforceableSchema(schema, ENFORCED)
  if (enforced) return { format: { type: 'json_schema', schema: enforced }, words: '' }
  return { format: null, words: schemaInWords(schema) }
}

/** Settings of the caller for the same member, such as the effort, stay beside the format. */
export function withOutputFormat(extra: JsonObject | undefined, format: JsonObject | null): JsonObject {
  const config = extra?.['output_config']
  if (!format) return extra ?? {}
  if (config === undefined) return { ...extra, output_config: { format } }
  return isJsonObject(config) ? { ...extra, output_config: { format, ...config } } : { ...extra }
}

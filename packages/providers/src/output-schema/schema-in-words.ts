import type { JsonObject } from '@heddle/core'

/** Asks a model for an answer that fits a schema which its vendor would refuse. */
export function schemaInWords(schema: JsonObject): string {
  return `Give your final answer as one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`
}

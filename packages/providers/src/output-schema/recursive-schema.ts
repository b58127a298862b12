import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'

const DEFINITIONS = '#/$defs/'

/** Whether a schema, or one of its definitions, contains itself. */
export function isRecursiveSchema(schema: JsonObject): boolean {
  const { $defs, ...root } = schema
  const definitions = isJsonObject($defs) ? $defs : {}
  const seen = new Set<string>()
  const returns = (reference: string, path: readonly string[]): boolean => {
    if (path.includes(reference)) return true
    if (seen.has(reference)) return false
    seen.add(reference)
    const target = reference === '#' ? root : definitions[reference.slice(DEFINITIONS.length)]
    return referencesIn(target).some((next) => returns(next, [...path, reference]))
  }
  return ['#', ...Object.keys(definitions).map((name) => `${DEFINITIONS}${name}`)].some((start) =>
    returns(start, []),
  )
}

function referencesIn(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => referencesIn(item as JsonValue))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  )
}

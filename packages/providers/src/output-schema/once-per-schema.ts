import type { JsonObject } from '@heddle/core'

/** @returns The function, asked once per schema: every turn of a run brings the very same object. */
export function oncePerSchema<T>(make: (schema: JsonObject) => T): (schema: JsonObject) => T {
  const made = new WeakMap<JsonObject, { readonly value: T }>()
  return (schema) => {
    const known = made.get(schema)
    if (known) return known.value
    const value = make(schema)
    made.set(schema, { value })
    return value
  }
}

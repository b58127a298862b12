/** Any value that JSON can carry. Everything in a run's log is one of these. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** A JSON object. `undefined` members are left out when it is written. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/** True for a plain `{…}`: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

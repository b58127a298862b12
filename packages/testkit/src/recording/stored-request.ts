import type { JsonObject, JsonValue } from '@heddle/core'
import { digestOf } from './comparable-request.ts'
import type { StoredRequest } from './recording-file.ts'

/** Enough of a digest to tell the parts of one file apart. */
const NAME_LENGTH = 16

/** @param keep - Told every part with its name; returns nothing. */
export function storeRequest(
  comparable: JsonObject,
  keep: (name: string, value: JsonValue) => void,
): StoredRequest {
  const { messages, instructions, tools, ...settings } = comparable
  const store = (value: JsonValue): string => {
    const name = digestOf(value).slice(0, NAME_LENGTH)
    keep(name, value)
    return name
  }
  return {
    messages: (messages as readonly JsonValue[]).map(store),
    instructions: store(instructions ?? ''),
    tools: store(tools ?? []),
    settings,
  }
}

/** The comparable request again; parts that are missing are `null`. */
export function restoreRequest(
  { messages, instructions, tools, settings }: StoredRequest,
  parts: ReadonlyMap<string, JsonValue>,
): JsonObject {
  const part = (name: string): JsonValue => parts.get(name) ?? null
  return { ...settings, instructions: part(instructions), messages: messages.map(part), tools: part(tools) }
}

import { isJsonObject } from './json.ts'
import type { JsonObject, JsonValue } from './json.ts'

/**
 * JSON whose bytes depend on the value alone, not on the order its members were set in: by UTF-16 units, but whole
 * numbers first, because no JavaScript object can hold them elsewhere.
 */
export function canonicalJson(value: JsonValue): string {
  if (isJsonObject(value)) return objectJson(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  let items = ''
  for (const item of value) items += `${items === '' ? '' : ','}${canonicalJson(item)}`
  return `[${items}]`
}

function objectJson(value: JsonObject): string {
  let members = ''
  for (const name of inOrder(Object.keys(value))) {
    const member = value[name]
    if (member === undefined) continue
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`
  }
  return `{${members}}`
}

function inOrder(names: string[]): string[] {
  if (names.length < 2) return names
  names.sort()
  return names.some((name) => /^\d/.test(name))
    ? Object.keys(Object.fromEntries(names.map((name) => [name, 0])))
    : names
}

import type { JsonObject } from '@heddle/core'

/**
 * Joins a request body from members that are JSON already. The transcript comes last, so that the body
 * of one turn is the beginning of the next one's.
 *
 * @param members - Name and JSON; empty JSON leaves the member out.
 * @param extra - Wins over every member of the same name.
 */
export function jsonBody(
  members: readonly (readonly [string, string])[],
  extra: JsonObject | undefined,
): string {
  let body = ''
  for (const [name, value] of Object.entries(extra ?? {})) {
    if (value !== undefined) body += `,${JSON.stringify(name)}:${JSON.stringify(value)}`
  }
  for (const [name, json] of members) {
    if (json !== '' && extra?.[name] === undefined) body += `,"${name}":${json}`
  }
  return `{${body.slice(1)}}`
}

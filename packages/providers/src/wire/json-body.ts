import type { JsonObject } from '@heddle/core'
import type { BodyAround, BodyFrame, BodyFrames } from './encoded-bodies.ts'

/** What a request body is made of, but for its messages. */
export interface JsonBody extends BodyFrames {
  /** Name and JSON of all members but the transcript; empty JSON leaves the member out. */
  readonly members: readonly (readonly [string, string])[]
  /** The name of the transcript's member; default `messages`. */
  readonly transcript?: string
  /** Comes first, and wins over every member of the same name. */
  readonly extra: JsonObject | undefined
}

/** Puts a body together. The transcript comes last, so that the body of one turn is the beginning of the next one's. */
export function bodyAround({ members, transcript = 'messages', extra, full, empty }: JsonBody): BodyAround {
  const head = `{${joinMembers(members, extra)}`
  if (extra?.[transcript] !== undefined) {
    const alone = { opening: head, closing: '}' }
    return { full: alone, empty: alone, takesMessages: false }
  }
  const opening = `${head}${head === '{' ? '' : ','}"${transcript}":`
  const around = (frame: BodyFrame): BodyFrame => ({
    opening: opening + frame.opening,
    closing: `${frame.closing}}`,
  })
  return { full: around(full), empty: around(empty), takesMessages: true }
}

function joinMembers(members: JsonBody['members'], extra: JsonObject | undefined): string {
  let json = ''
  for (const [name, value] of Object.entries(extra ?? {})) {
    if (value !== undefined) json += `,${JSON.stringify(name)}:${JSON.stringify(value)}`
  }
  for (const [name, value] of members) {
    if (value !== '' && extra?.[name] === undefined) json += `,"${name}":${value}`
  }
  return json.slice(1)
}

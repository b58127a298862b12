import type { JsonObject, Message } from '@heddle/core'
import { encodedBodies } from './encoded-bodies.ts'
import type { BodyFrame, EncodedBody, EncodeNext } from './encoded-bodies.ts'

/** What a request body is made of. */
export interface JsonBody {
  /** Name and JSON of all members but the transcript; empty JSON leaves the member out. */
  readonly members: readonly (readonly [string, string])[]
  /** The transcript. It comes last, so that the body of one turn is the beginning of the next one's. */
  readonly messages: readonly Message[]
  /** The name of its member; default `messages`. */
  readonly transcript?: string
  /** What stands around the encoded messages. */
  frame(isEmpty: boolean): BodyFrame
  /** Comes first, and wins over every member of the same name. */
  readonly extra: JsonObject | undefined
}

/** @returns A function that makes request bodies, each going on where its conversation's last one ended. */
export function jsonBodies(encodeNext: EncodeNext): (body: JsonBody) => EncodedBody {
  const encode = encodedBodies(encodeNext)
  // The very same list, as from one turn of a conversation to the next, is joined once.
  let last: { readonly members: JsonBody['members']; readonly extra: JsonBody['extra'] } | null = null
  let head = ''
  return ({ members, messages, transcript = 'messages', frame, extra }) => {
    if (last?.members !== members || last.extra !== extra) {
      head = `{${joinMembers(members, extra)}`
      last = { members, extra }
    }
    if (extra?.[transcript] !== undefined) return encode([], () => ({ opening: head, closing: '}' }))
    return encode(messages, (isEmpty) => {
      const { opening, closing } = frame(isEmpty)
      const separator = head === '{' ? '' : ','
      return { opening: `${head}${separator}"${transcript}":${opening}`, closing: `${closing}}` }
    })
  }
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

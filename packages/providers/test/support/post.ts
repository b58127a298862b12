import { nodePost } from '../../src/transport/node-post.ts'
import type { NodePost } from '../../src/transport/node-post.ts'
import type { Reply } from '../../src/wire/reply.ts'

/** Sends `hi`, directly and without hurry. */
export function post(url: string, more: Partial<NodePost> = {}): Promise<Reply> {
  const { signal } = new AbortController()
  return nodePost({ url, headers: {}, body: 'hi', signal, connectTimeoutMs: 10_000, env: {}, ...more })
}

/** All of an answer's body. */
export async function textOf({ body }: Reply): Promise<string> {
  const utf8 = new TextDecoder()
  let text = ''
  for (let bytes = await body?.read(); bytes; bytes = await body?.read()) {
    text += utf8.decode(bytes, { stream: true })
  }
  return text
}

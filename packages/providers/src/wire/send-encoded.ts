import { isAgentError, messageOf, ModelError } from '@heddle/core'
import type { EncodedBody, EncodedBytes } from './encoded-bodies.ts'
import type { Reply } from './reply.ts'

/**
 * Encodes a body and sends it. Where its bytes are shared, they are released as soon as nobody reads them any more: when
 * the request failed, or was sent as a whole. When the answer came before that, the bytes are left to this request, and
 * the conversation's next one encodes itself anew.
 *
 * @throws ModelError `internal` when there is no JSON for it; whatever `send` throws.
 */
export function sendEncoded(
  provider: string,
  encode: () => EncodedBody,
  send: (body: BodyContent) => Promise<Reply>,
): Promise<Reply> {
  const body = encoded(provider, encode)
  return typeof body === 'string' ? send(body) : sendBytes(body, send)
}

/** JSON, as text or as UTF-8. */
export type BodyContent = string | Uint8Array<ArrayBuffer>

async function sendBytes(
  { bytes, release }: EncodedBytes,
  send: (body: BodyContent) => Promise<Reply>,
): Promise<Reply> {
  let isSent = true
  try {
    const reply = await send(bytes)
    isSent = reply.isRequestSent
    return reply
  } finally {
    if (isSent) release()
  }
}

/** Nothing was sent, so it must not look like a failure of the way to the provider, which is worth a retry. */
function encoded(provider: string, encode: () => EncodedBody): EncodedBody {
  try {
    return encode()
  } catch (thrown) {
    if (isAgentError(thrown)) throw thrown
    // Of a circle, V8 draws a picture on further lines.
    const [reason] = messageOf(thrown).split('\n')
    throw new ModelError(
      'internal',
      `The request to ${provider} cannot be written as JSON (${reason}); look for what is not plain data in its messages, tools and \`extraBody\``,
      { cause: thrown },
    )
  }
}

import { isAgentError, messageOf, ModelError } from '@heddle/core'
import type { EncodedBody } from './encoded-bodies.ts'
import type { Reply } from './reply.ts'

/**
 * Encodes a body and sends it, and releases it as soon as nobody reads its bytes any more: when the request
 * failed, or was sent as a whole. When the answer came before that, the bytes are left to this request, and
 * the conversation's next one encodes itself anew.
 *
 * @throws ModelError `internal` when there is no JSON for it; whatever `send` throws.
 */
export async function sendEncoded(
  provider: string,
  encode: () => EncodedBody,
  send: (bytes: Uint8Array<ArrayBuffer>) => Promise<Reply>,
): Promise<Reply> {
  const body = encoded(provider, encode)
  let isSent = true
  try {
    const reply = await send(body.bytes)
    isSent = reply.isRequestSent
    return reply
  } finally {
    if (isSent) body.release()
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

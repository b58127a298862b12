import type { EncodedBody } from './encoded-bodies.ts'
import type { Reply } from './reply.ts'

/**
 * Sends an encoded body, and releases it as soon as nobody reads its bytes any more: when the request
 * failed, or was sent as a whole. When the answer came before that, the bytes are left to this request, and
 * the conversation's next one encodes itself anew.
 */
export async function sendEncoded(
  body: EncodedBody,
  send: (bytes: Uint8Array<ArrayBuffer>) => Promise<Reply>,
): Promise<Reply> {
  let isSent = true
  try {
    const reply = await send(body.bytes)
    isSent = reply.isRequestSent
    return reply
  } finally {
    if (isSent) body.release()
  }
}

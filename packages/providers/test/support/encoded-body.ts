import type { EncodedBody, EncodedBytes } from '../../src/wire/encoded-bodies.ts'

/** What a body says. */
export function textOfBody(body: EncodedBody): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body.bytes)
}

/** Says that a body was sent. */
export function releaseBody(body: EncodedBody): void {
  if (typeof body !== 'string') body.release()
}

/** A body that is too long to be text. */
export function bytesOf(body: EncodedBody): EncodedBytes {
  if (typeof body === 'string') throw new Error('The body is short')
  return body
}

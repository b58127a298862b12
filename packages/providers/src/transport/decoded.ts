import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'

/** The answer's bytes without their content codings. None was asked for; some servers and proxies do it all the same. */
export function decoded(incoming: IncomingMessage): Readable {
  const header = incoming.headers['content-encoding']
  if (header === undefined) return incoming
  const decoders = header
    .toLowerCase()
    .split(',')
    .map((coding) => decoderOf(coding.trim()))
    .filter((decoder) => decoder !== null)
    .reverse()
  if (decoders.length === 0) return incoming
  // How it ends is seen at its last stream.
  return process.getBuiltinModule('node:stream').pipeline([incoming, ...decoders], () => {}) as Transform
}

function decoderOf(coding: string): Transform | null {
  const zlib = process.getBuiltinModule('node:zlib')
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip()
    case 'deflate':
      return zlib.createInflate()
    case 'br':
      return zlib.createBrotliDecompress()
    case 'zstd':
      return zlib.createZstdDecompress()
    default:
      return null
  }
}

import type { LanguageModel } from '@heddle/core'
import { google } from '../../src/google.ts'
import type { GoogleOptions } from '../../src/google.ts'
import { contentFrames } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'
import type { ProviderServer } from '../support/provider-server.ts'

/** A chunk of an answer, or anything. */
export interface Chunk {
  readonly candidates?: readonly object[]
  readonly [key: string]: unknown
}

/** A chunk with one candidate. */
export function chunk(parts: readonly object[], more: object = {}): Chunk {
  return { candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }] }
}

/** The end of an answer. */
export const STOP: Chunk = chunk([{ text: '' }], { finishReason: 'STOP' })

/** A server that answers everything with these chunks. */
export function answering(...chunks: readonly unknown[]): Promise<ProviderServer> {
  return providerServer((response) => sendStream(response, contentFrames(...chunks)))
}

/** A model behind that server, `google/m`. */
export function modelAt({ url }: ProviderServer, more: Partial<GoogleOptions> = {}): LanguageModel {
  return google({ model: 'm', apiKey: 'test-key-0001', baseUrl: url, ...more })
}

import { readdirSync, readFileSync } from 'node:fs'
import { isAgentError } from '@heddle/core'
import type { LanguageModel, ModelEvent } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import type { Fetch } from '../../src/compatible.ts'
import { answerOf, HELLO } from './answer.ts'
import type { Answer } from './answer.ts'
import { chunkedFetch, splitAt } from './chunked-fetch.ts'
import { providerServer, sendStream } from './provider-server.ts'

/** One wire whose recorded streams are to be decoded. */
export interface RecordedWire {
  /** In `test/recorded/fixtures`. */
  readonly folder: string
  /** Server-sent events of these data, as the vendor frames them. */
  frames(events: readonly string[], lineEnd: string): string
  /** @param server - Where the stream comes from: an address, or a `fetch` that is to be used. */
  model(server: { readonly baseUrl: string; readonly fetch?: Fetch }): LanguageModel
}

/** An answer, and the code of what ended it early. */
export interface RecordedAnswer extends Answer {
  readonly error?: string
}

const FIXTURES = new URL('../recorded/fixtures/', import.meta.url)

/** Streams shorter than this are split in two at every byte; in bytes. */
const SHORT = 4_000

/** Longer ones are split in pieces of this many bytes, which is more than most events have. */
const PIECE = 601

/** The data of a recorded stream's events. */
export function recordedEvents(folder: string, name: string): string[] {
  const lines = readFileSync(new URL(`${folder}/${name}.txt`, FIXTURES), 'utf8').split('\n')
  return lines.filter((line) => line !== '')
}

/** What a recorded stream means. */
export function recordedAnswer(folder: string, name: string): RecordedAnswer {
  return JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, FIXTURES), 'utf8')) as RecordedAnswer
}

/**
 * Every recorded stream of a wire, as a suite: it decodes to the answer in `name.json` over real HTTP, and to
 * the same answer however the network splits it and whatever ends its lines.
 */
export function recordedStreams(wire: RecordedWire): void {
  const files = readdirSync(new URL(`${wire.folder}/`, FIXTURES))
  const names = files.flatMap((file) => (file.endsWith('.txt') ? [file.slice(0, -4)] : []))
  const streamOf = (name: string, lineEnd = '\n'): string =>
    wire.frames(recordedEvents(wire.folder, name), lineEnd)
  const expectedOf = (name: string): RecordedAnswer => recordedAnswer(wire.folder, name)
  const hearReads = (reads: readonly Uint8Array[]): Promise<RecordedAnswer> =>
    hear(wire.model({ baseUrl: 'http://localhost', fetch: chunkedFetch(reads) }))

  describe(`recorded ${wire.folder} streams`, () => {
    test.each(names)('decodes %s', async (name) => {
      const server = await providerServer((response) => sendStream(response, streamOf(name)))

      expect(await hear(wire.model({ baseUrl: server.url }))).toEqual(expectedOf(name))
    })

    test.each(names)('decodes %s alike wherever the network splits it', async (name) => {
      const bytes = new TextEncoder().encode(streamOf(name))
      const expected = expectedOf(name)

      for (const [at, reads] of splits(bytes)) {
        expect(await hearReads(reads), `split at byte ${at}`).toEqual(expected)
      }
    })

    test.each(names)('decodes %s alike when every byte comes alone', async (name) => {
      const bytes = new TextEncoder().encode(streamOf(name))

      expect(await hearReads([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expectedOf(name))
    })

    test.each(names)('decodes %s alike when its lines end with CR LF', async (name) => {
      const bytes = new TextEncoder().encode(streamOf(name, '\r\n'))

      expect(await hearReads(piecesFrom(bytes, 1))).toEqual(expectedOf(name))
    })
  })
}

/** Splits such that every byte of the stream begins a read in one of them; with each, its first place. */
function* splits(bytes: Uint8Array): Generator<readonly [at: number, reads: readonly Uint8Array[]]> {
  if (bytes.length < SHORT) {
    for (let at = 0; at <= bytes.length; at++) yield [at, splitAt(bytes, at)]
  } else {
    for (let first = 1; first <= PIECE; first++) yield [first, piecesFrom(bytes, first)]
  }
}

/** Reads of equal length after a first one of another. */
function piecesFrom(bytes: Uint8Array, first: number): Uint8Array[] {
  const reads = [bytes.subarray(0, first)]
  for (let at = first; at < bytes.length; at += PIECE) reads.push(bytes.subarray(at, at + PIECE))
  return reads
}

async function hear(model: LanguageModel): Promise<RecordedAnswer> {
  const events: ModelEvent[] = []
  try {
    for await (const batch of model.stream(HELLO, new AbortController().signal)) events.push(...batch)
    return answerOf(events)
  } catch (thrown) {
    if (!isAgentError(thrown)) throw thrown
    return { ...answerOf(events), error: thrown.code }
  }
}

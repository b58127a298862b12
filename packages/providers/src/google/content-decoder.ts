import { isJsonObject } from '@heddle/core'
import type { FinishReason, JsonValue, ModelEvent } from '@heddle/core'
import { MALFORMED, parseObject } from '../wire/parse-object.ts'
import { badResponse, vendorError } from '../wire/vendor-error.ts'
import type { Vendor } from '../wire/vendor-error.ts'
import type { WireDecoder } from '../wire/read-batches.ts'
import { answerParts } from './answer-parts.ts'
import { usageCount } from './answer-usage.ts'
import type { Candidate, GenerateChunk } from './generate-chunk.ts'

/** Unknown reasons are `other`. @see https://ai.google.dev/api/generate-content#FinishReason */
const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
])

/** The model wrote what its own server could not read. Asked once more, it usually writes something better. */
const FAILURES: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'MALFORMED_RESPONSE',
])

/** How protocol buffers name what is not set. */
const UNSET = /_UNSPECIFIED$/

/** Members of a candidate that tell where its text comes from. */
const SOURCES = ['groundingMetadata', 'citationMetadata', 'urlContextMetadata'] as const

/**
 * Decodes one answer of the Gemini API. This is a hot path: one plain object per delta, nothing else.
 *
 * @param ownName - The name of a tool as the caller knows it.
 * @see https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export function contentDecoder(vendor: Vendor, ownName: (wireName: string) => string): WireDecoder {
  const parts = answerParts(vendor, ownName)
  const usage = usageCount()
  let reason: FinishReason | null = null
  let sources: Record<string, JsonValue> | null = null

  const takeCandidate = (candidate: Candidate, batch: ModelEvent[]): void => {
    const pieces = candidate.content?.parts
    if (Array.isArray(pieces)) for (const piece of pieces) if (isJsonObject(piece)) parts.take(piece, batch)
    for (const name of SOURCES) {
      const found = candidate[name]
      if (found !== undefined) (sources ??= {})[name] = found
    }
    if (candidate.finishReason) reason = reasonOf(vendor, candidate.finishReason) ?? reason
  }

  const takeChunk = (chunk: GenerateChunk, batch: ModelEvent[]): void => {
    if (chunk.error) throw vendorError(vendor, { status: null, body: chunk })
    if (chunk.usageMetadata) usage.take(chunk.usageMetadata)
    if (Array.isArray(chunk.candidates)) {
      for (const candidate of chunk.candidates as readonly (Candidate | null)[]) {
        if (candidate && (candidate.index ?? 0) === 0) takeCandidate(candidate, batch)
      }
    }
    const blocked = chunk.promptFeedback?.blockReason
    if (blocked && !UNSET.test(blocked)) reason = 'content-filter'
  }

  return {
    decode({ data }, batch) {
      const chunk = parseObject(data)
      if (chunk !== null) takeChunk(chunk, batch)
      else if (data.trim() !== '') throw badResponse(vendor, MALFORMED)
    },
    decodeWhole(body, batch) {
      // Where `alt=sse` gets lost on the way, the API sends the chunks as one array.
      for (const chunk of Array.isArray(body) ? body : [body])
        if (isJsonObject(chunk)) takeChunk(chunk, batch)
    },
    // There is no end mark: the answer ends with the connection's last byte.
    isComplete: () => false,
    hasAnswer: () => reason !== null,
    finish(batch) {
      parts.end(sources, batch)
      // The API says STOP although there are calls.
      const isAsking = reason === 'stop' && parts.calls() > 0
      batch.push({
        type: 'finish',
        reason: isAsking ? 'tool-calls' : (reason ?? 'other'),
        usage: usage.total(),
      })
    },
  }
}

function reasonOf(vendor: Vendor, name: string): FinishReason | null {
  if (FAILURES.has(name)) throw badResponse(vendor, `could not read what its own model wrote (${name})`)
  return UNSET.test(name) ? null : (REASONS.get(name) ?? 'other')
}

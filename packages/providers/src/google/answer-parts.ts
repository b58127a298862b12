import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue, ModelEvent } from '@heddle/core'
import { partWriter } from '../compatible/part-writer.ts'
import { badResponse } from '../wire/vendor-error.ts'
import type { Vendor } from '../wire/vendor-error.ts'
import type { KeptPart } from './content-types.ts'
import type { ChunkPart } from './generate-chunk.ts'

/** Makes the parts of one answer from the pieces that come. */
export interface AnswerParts {
  /** @throws ModelError `model.bad_response` for a call without a name. */
  take(piece: ChunkPart, batch: ModelEvent[]): void
  /** Ends the open part, and keeps the sources of the text with its last part. */
  end(sources: JsonObject | null, batch: ModelEvent[]): void
  /** How many calls have begun. */
  calls(): number
}

/** A text or reasoning part. */
interface SaidPart {
  readonly part: number
  kept: KeptPart
}

/** @param ownName - The name of a tool as the caller knows it. */
export function answerParts(vendor: Vendor, ownName: (wireName: string) => string): AnswerParts {
  let parts = 0
  const nextPart = (): number => parts++
  const writer = partWriter(nextPart)
  let calls = 0
  /** The part that may go on. */
  let open: SaidPart | null = null
  let lastText: SaidPart | null = null

  const close = (batch: ModelEvent[]): void => {
    writer.close(batch)
    open = null
  }

  const say = (piece: ChunkPart, text: string, batch: ModelEvent[]): SaidPart => {
    const isThought = piece.thought === true
    const part = writer.write(isThought ? 'reasoning.delta' : 'text.delta', text, batch)
    if (open?.part === part) return open
    open = { part, kept: {} }
    if (!isThought) lastText = open
    return open
  }

  /** Signed and unsigned text must not become one part, so what is signed stands alone. */
  const saySigned = (piece: ChunkPart, text: string, batch: ModelEvent[]): void => {
    close(batch)
    const said = say(piece, text, batch)
    close(batch)
    keep(said, { thoughtSignature: String(piece.thoughtSignature) }, batch)
  }

  /** A piece with nothing but a signature belongs behind the part that is open. */
  const sign = (piece: ChunkPart, batch: ModelEvent[]): void => {
    const said = open
    const next = { ...piece, text: '' }
    close(batch)
    if (said) keep(said, { next }, batch)
    else batch.push({ type: 'part.opaque', part: nextPart(), opaque: next })
  }

  const call = (piece: ChunkPart, batch: ModelEvent[]): void => {
    const { name, text } = readCall(vendor, piece.functionCall)
    close(batch)
    calls++
    const part = nextPart()
    batch.push({ type: 'tool.input.delta', part, name: ownName(name), text })
    const { thoughtSignature } = piece
    if (thoughtSignature !== undefined)
      batch.push({ type: 'part.opaque', part, opaque: { thoughtSignature } })
  }

  return {
    take(piece, batch) {
      if (typeof piece.text === 'string' && piece.text !== '') {
        if (piece.thoughtSignature === undefined) say(piece, piece.text, batch)
        else saySigned(piece, piece.text, batch)
      } else if (piece.functionCall !== undefined) call(piece, batch)
      else if (hasData(piece)) {
        close(batch)
        batch.push({ type: 'part.opaque', part: nextPart(), opaque: piece })
      } else if (piece.thoughtSignature !== undefined) sign(piece, batch)
    },
    end(sources, batch) {
      close(batch)
      if (sources && lastText) keep(lastText, { sources }, batch)
    },
    calls: () => calls,
  }
}

function keep(said: SaidPart, more: KeptPart, batch: ModelEvent[]): void {
  said.kept = { ...said.kept, ...more }
  batch.push({ type: 'part.opaque', part: said.part, opaque: said.kept as JsonValue })
}

/** Whether there is something in it that has no neutral form: a picture, code that was run, what it gave. */
function hasData(piece: ChunkPart): boolean {
  return Object.keys(piece).some(
    (name) => name !== 'text' && name !== 'thought' && name !== 'thoughtSignature',
  )
}

function readCall(
  vendor: Vendor,
  call: JsonValue | undefined,
): { readonly name: string; readonly text: string } {
  const name = isJsonObject(call) ? call['name'] : undefined
  if (!isJsonObject(call) || typeof name !== 'string' || name === '') {
    throw badResponse(vendor, 'sent a tool call without a name')
  }
  const args = call['args'] ?? null
  return { name, text: args === null ? '' : JSON.stringify(args) }
}

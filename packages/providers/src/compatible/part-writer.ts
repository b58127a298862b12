import { isJsonObject } from '@heddle/core'
import type { JsonValue, ModelEvent } from '@heddle/core'
import { wholePairs } from '../wire/whole-pairs.ts'

type Kind = 'text.delta' | 'reasoning.delta'

/** Writes the text and reasoning parts of one answer. */
export interface PartWriter {
  /** Goes on with the open part if it is of this kind, else begins a new one. @returns The part's number. */
  write(kind: Kind, text: string, batch: ModelEvent[]): number
  /** Ends the open part: what comes next is another. */
  close(batch: ModelEvent[]): void
  /** Keeps what the vendor wants back of its reasoning; it belongs to the latest reasoning part. */
  keepDetails(details: readonly JsonValue[], batch: ModelEvent[]): void
  /** Tells what was kept, at the end of the answer. */
  end(batch: ModelEvent[]): void
}

/** @param nextPart - Takes the next part number; called at a part's first event. */
export function partWriter(nextPart: () => number): PartWriter {
  return new Writer(nextPart)
}

class Writer implements PartWriter {
  private readonly nextPart: () => number
  private readonly pairs = wholePairs()
  private readonly kept: JsonValue[] = []
  private kind: Kind | null = null
  private part = -1
  private reasoningPart = -1

  constructor(nextPart: () => number) {
    this.nextPart = nextPart
  }

  write(kind: Kind, text: string, batch: ModelEvent[]): number {
    if (this.kind !== kind) {
      this.close(batch)
      this.kind = kind
      this.part = this.nextPart()
      if (kind === 'reasoning.delta') this.reasoningPart = this.part
    }
    const { part } = this
    const whole = this.pairs.take(text)
    if (whole !== '') batch.push({ type: kind, part, text: whole })
    return part
  }

  close(batch: ModelEvent[]): void {
    const { kind, part } = this
    const rest = this.pairs.end()
    if (kind !== null && rest !== '') batch.push({ type: kind, part, text: rest })
    this.kind = null
  }

  keepDetails(details: readonly JsonValue[], batch: ModelEvent[]): void {
    if (this.reasoningPart < 0) {
      // An encrypted thought has no text, but its part must begin as what it is.
      this.close(batch)
      this.reasoningPart = this.nextPart()
      batch.push({ type: 'reasoning.delta', part: this.reasoningPart, text: '' })
    }
    for (const detail of details) addDetail(this.kept, detail)
  }

  end(batch: ModelEvent[]): void {
    this.close(batch)
    if (this.kept.length === 0) return
    batch.push({ type: 'part.opaque', part: this.reasoningPart, opaque: { reasoning_details: this.kept } })
  }
}

/** Streamed details are pieces of a few whole ones: text at the same index belongs together. */
function addDetail(kept: JsonValue[], detail: JsonValue): void {
  const last = kept.at(-1)
  if (
    isJsonObject(last) &&
    isJsonObject(detail) &&
    last['type'] === detail['type'] &&
    last['index'] === detail['index'] &&
    typeof last['text'] === 'string' &&
    typeof detail['text'] === 'string'
  ) {
    kept[kept.length - 1] = { ...last, ...detail, text: last['text'] + detail['text'] }
  } else kept.push(detail)
}

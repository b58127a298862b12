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
  let kind: Kind | null = null
  let part = -1
  let reasoningPart = -1
  const pairs = wholePairs()
  const kept: JsonValue[] = []

  const close = (batch: ModelEvent[]): void => {
    const rest = pairs.end()
    if (kind !== null && rest !== '') batch.push({ type: kind, part, text: rest })
    kind = null
  }

  return {
    write(wanted, text, batch) {
      if (kind !== wanted) {
        close(batch)
        kind = wanted
        part = nextPart()
        if (wanted === 'reasoning.delta') reasoningPart = part
      }
      const whole = pairs.take(text)
      if (whole !== '') batch.push({ type: wanted, part, text: whole })
      return part
    },
    close,
    keepDetails(details, batch) {
      if (reasoningPart < 0) {
        // An encrypted thought has no text, but its part must begin as what it is.
        close(batch)
        reasoningPart = nextPart()
        batch.push({ type: 'reasoning.delta', part: reasoningPart, text: '' })
      }
      for (const detail of details) addDetail(kept, detail)
    },
    end(batch) {
      close(batch)
      if (kept.length === 0) return
      batch.push({ type: 'part.opaque', part: reasoningPart, opaque: { reasoning_details: kept } })
    },
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

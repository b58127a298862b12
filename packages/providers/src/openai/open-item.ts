import type { JsonObject, ModelEvent } from '@heddle/core'
import type { ResponseItem } from './response-events.ts'

/** What an item is to us; everything that we know no better is opaque. */
export type ItemKind = 'message' | 'reasoning' | 'call' | 'opaque'

/** One item of an answer while it is streamed. */
export interface OpenItem {
  readonly kind: ItemKind
  /** More text at a place in the item; of a call, of its arguments. */
  write(place: number, text: string, batch: ModelEvent[]): void
  /** The text at a place as a whole: told if none of it came in pieces. */
  fill(place: number, text: string, batch: ModelEvent[]): void
  /**
   * Tells what could not be told earlier.
   *
   * @param item - As the vendor says it is in the end; `null` when the vendor does not.
   */
  end(item: ResponseItem | null, batch: ModelEvent[]): void
}

/** Takes the next part number; called at a part's first event, so that an empty item takes none. */
export type NextPart = () => number

/** What goes back of an item. The vendor sends some members as `null` that it does not take so. */
export function keptOf(item: ResponseItem, leftOut: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => value !== null && !leftOut.includes(name)),
  )
}

/**
 * The text that an event brings; none where it says so.
 *
 * @throws TypeError for anything else, so that no piece of an answer is lost unseen.
 */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  throw new TypeError('A piece of text is not a string')
}

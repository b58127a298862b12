import type { ModelEvent } from '@heddle/core'
import { wholePairs } from '../wire/whole-pairs.ts'
import { keptOf, textIn } from './open-item.ts'
import type { NextPart, OpenItem } from './open-item.ts'
import type { ResponseContent } from './response-events.ts'

/** Where the summaries of reasoning are among its places; its texts, which few servers show, come before. */
export const SUMMARY_PLACE = 1_000_000

/** Reasoning as one part: its summaries, or its texts, with a blank line between two. */
export function openReasoning(nextPart: NextPart): OpenItem {
  let part = -1
  let lastPlace = -1
  const places = new Set<number>()
  const pairs = wholePairs()

  const tell = (text: string, batch: ModelEvent[]): void => {
    if (part < 0) part = nextPart()
    batch.push({ type: 'reasoning.delta', part, text })
  }
  const write = (place: number, text: string, batch: ModelEvent[]): void => {
    if (text === '') return
    const isNext = place !== lastPlace && lastPlace >= 0
    if (place !== lastPlace) places.add((lastPlace = place))
    const whole = pairs.take(isNext ? `\n\n${text}` : text)
    if (whole !== '') tell(whole, batch)
  }
  const fill = (place: number, text: string, batch: ModelEvent[]): void => {
    if (!places.has(place)) write(place, text, batch)
  }
  const fillAll = (
    first: number,
    contents: readonly (ResponseContent | null)[] | null | undefined,
    batch: ModelEvent[],
  ): void => {
    for (const [at, content] of (contents ?? []).entries()) fill(first + at, textIn(content?.text), batch)
  }

  return {
    kind: 'reasoning',
    write,
    fill,
    end(item, batch) {
      fillAll(0, item?.content, batch)
      fillAll(SUMMARY_PLACE, item?.summary, batch)
      const rest = pairs.end()
      if (rest !== '') tell(rest, batch)
      if (item === null) return
      // Reasoning may show nothing, but it must go back all the same.
      if (part < 0) tell('', batch)
      batch.push({ type: 'part.opaque', part, opaque: keptOf(item) })
    },
  }
}

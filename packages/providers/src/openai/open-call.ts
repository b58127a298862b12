import type { ModelEvent } from '@heddle/core'
import { wholePairs } from '../wire/whole-pairs.ts'
import { keptOf, textIn } from './open-item.ts'
import type { NextPart, OpenItem } from './open-item.ts'
import type { ResponseItem } from './response-events.ts'

/**
 * @param begun - As far as it is known; the first event of a call must carry its name, so all waits for that.
 * @returns Its `end` throws a TypeError when the call never got its name: it cannot be run, and without it the
 *   answer is another.
 */
export function openCall(begun: ResponseItem, nextPart: NextPart, batch: ModelEvent[]): OpenItem {
  let name = ''
  let part = -1
  /** Arguments that came before the name. */
  let early = ''
  let isWritten = false
  const pairs = wholePairs()

  const tell = (text: string, into: ModelEvent[]): void => {
    if (text !== '') into.push({ type: 'tool.input.delta', part, name, text })
  }
  const takeName = (given: unknown, into: ModelEvent[]): void => {
    if (part >= 0 || typeof given !== 'string' || given === '') return
    name = given
    part = nextPart()
    into.push({ type: 'tool.input.delta', part, name, text: pairs.take(early) })
  }
  const write = (text: string, into: ModelEvent[]): void => {
    if (text === '') return
    isWritten = true
    if (part < 0) early += text
    else tell(pairs.take(text), into)
  }

  takeName(begun.name, batch)
  return {
    kind: 'call',
    write: (_, text, into) => write(text, into),
    fill(_, text, into) {
      if (!isWritten) write(text, into)
    },
    end(item, into) {
      takeName(item?.name, into)
      // The arguments of the beginning are those of the end, from servers that send calls whole.
      if (!isWritten) write(textIn(item?.arguments ?? begun.arguments), into)
      if (part < 0) throw new TypeError('A call came without a name')
      tell(pairs.end(), into)
      if (item === null) return
      const opaque = keptOf(item, ['type', 'call_id', 'name', 'arguments'])
      if (Object.keys(opaque).length > 0) into.push({ type: 'part.opaque', part, opaque })
    },
  }
}

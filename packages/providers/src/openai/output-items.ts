import { isJsonObject } from '@heddle/core'
import type { ModelEvent } from '@heddle/core'
import { openCall } from './open-call.ts'
import { keptOf } from './open-item.ts'
import type { ItemKind, NextPart, OpenItem } from './open-item.ts'
import { openMessage } from './open-message.ts'
import type { OpenMessage } from './open-message.ts'
import { openReasoning } from './open-reasoning.ts'
import type { ResponseEvent, ResponseItem } from './response-events.ts'

/** An item with what events know it by. */
interface Entry {
  readonly item: OpenItem
  readonly index: number | undefined
  readonly id: string | undefined
  isDone: boolean
}

/** The items of one answer, in the order they began. */
export interface OutputItems {
  begin(event: ResponseEvent, batch: ModelEvent[]): void
  /** The message that an event goes on with. */
  message(event: ResponseEvent, batch: ModelEvent[]): OpenMessage
  reasoning(event: ResponseEvent, batch: ModelEvent[]): OpenItem
  call(event: ResponseEvent, batch: ModelEvent[]): OpenItem
  end(event: ResponseEvent, batch: ModelEvent[]): void
  /** Takes the whole answer, for what was not heard of it before. */
  endAll(output: readonly (ResponseItem | null)[], batch: ModelEvent[]): void
  /** Nothing more is coming. */
  close(batch: ModelEvent[]): void
  isRefused(): boolean
  hasCalls(): boolean
}

/**
 * Events belong to an item of their kind that is not done, by its index and its id; by one of them where servers
 * repeat, change or leave out the other; else to the latest that may be meant. Where there is none, the event
 * begins one.
 */
export function outputItems(nextPart: NextPart): OutputItems {
  const entries: Entry[] = []

  const add = (known: ResponseItem, index: number | undefined, batch: ModelEvent[]): Entry => {
    const entry = { item: openItem(known, nextPart, batch), index, id: known.id, isDone: false }
    entries.push(entry)
    return entry
  }
  const find = (kind: ItemKind, index: number | undefined, id: string | undefined): Entry | undefined => {
    let likely: Entry | undefined
    for (let at = entries.length - 1; at >= 0; at--) {
      const entry = entries[at]
      if (entry === undefined || entry.isDone || entry.item.kind !== kind) continue
      const isSame = (index !== undefined && entry.index === index) || (id !== undefined && entry.id === id)
      const isOther = differ(entry.index, index) || differ(entry.id, id)
      if (isSame && !isOther) return entry
      if (isSame || !isOther) likely ??= entry
    }
    return likely
  }
  const goOn = (type: string, event: ResponseEvent, batch: ModelEvent[]): OpenItem => {
    const { output_index: index, item_id: id } = event
    const entry = find(KINDS.get(type) ?? 'opaque', index, id)
    return (entry ?? add(id === undefined ? { type } : { type, id }, index, batch)).item
  }
  const end = (entry: Entry, item: ResponseItem | null, batch: ModelEvent[]): void => {
    entry.isDone = true
    entry.item.end(item, batch)
  }

  return {
    begin({ item, output_index: index }, batch) {
      if (isJsonObject(item)) add(item, index, batch)
    },
    message: (event, batch) => goOn('message', event, batch) as OpenMessage,
    reasoning: (event, batch) => goOn('reasoning', event, batch),
    call: (event, batch) => goOn('function_call', event, batch),
    end({ item, output_index: index }, batch) {
      if (!isJsonObject(item)) return
      end(find(kindOf(item), index, item.id) ?? add(item, index, batch), item, batch)
    },
    endAll(output, batch) {
      const left = new Set(entries)
      for (const [index, item] of output.entries()) {
        if (!isJsonObject(item)) continue
        const same = [...left].filter((entry) => entry.item.kind === kindOf(item))
        const entry =
          same.find(({ id }) => id !== undefined && id === item.id) ?? same[0] ?? add(item, index, batch)
        left.delete(entry)
        if (!entry.isDone) end(entry, item, batch)
      }
    },
    close(batch) {
      for (const entry of entries) if (!entry.isDone) end(entry, null, batch)
    },
    isRefused: () => entries.some(({ item }) => item.kind === 'message' && (item as OpenMessage).isRefused()),
    hasCalls: () => entries.some(({ item }) => item.kind === 'call'),
  }
}

/** Whether both are known, and not the same. */
function differ<T>(one: T | undefined, other: T | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other
}

const KINDS: ReadonlyMap<string, ItemKind> = new Map<string, ItemKind>([
  ['message', 'message'],
  ['reasoning', 'reasoning'],
  ['function_call', 'call'],
])

function kindOf({ type }: ResponseItem): ItemKind {
  return KINDS.get(type ?? '') ?? 'opaque'
}

function openItem(known: ResponseItem, nextPart: NextPart, batch: ModelEvent[]): OpenItem {
  const kind = kindOf(known)
  switch (kind) {
    case 'message':
      return openMessage(nextPart)
    case 'reasoning':
      return openReasoning(nextPart)
    case 'call':
      return openCall(known, nextPart, batch)
    case 'opaque':
      return openOpaque(nextPart)
    default:
      return kind satisfies never
  }
}

/** The vendor's own tools and whatever will be added: nothing of it is told, all of it is kept. */
function openOpaque(nextPart: NextPart): OpenItem {
  const ignore = (): void => {}
  return {
    kind: 'opaque',
    write: ignore,
    fill: ignore,
    end(item, batch) {
      if (item) batch.push({ type: 'part.opaque', part: nextPart(), opaque: keptOf(item) })
    },
  }
}

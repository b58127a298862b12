import type { JsonObject, JsonValue, ModelEvent } from '@heddle/core'
import { wholePairs } from '../wire/whole-pairs.ts'
import type { WholePairs } from '../wire/whole-pairs.ts'
import { keptOf, textIn } from './open-item.ts'
import type { NextPart, OpenItem } from './open-item.ts'
import type { ResponseItem } from './response-events.ts'

/** Texts and refusals of one item; each is a part of its own, because citations count its letters. */
export interface OpenMessage extends OpenItem {
  /** Whether some of it refuses. */
  isRefused(): boolean
  writeRefusal(place: number, text: string, batch: ModelEvent[]): void
  fillRefusal(place: number, text: string, batch: ModelEvent[]): void
  annotate(place: number, annotation: JsonValue): void
}

interface Content {
  readonly place: number
  readonly isRefusal: boolean
  /** -1 until there is something to tell. */
  part: number
  annotations: JsonValue[]
  readonly pairs: WholePairs
}

export function openMessage(nextPart: NextPart): OpenMessage {
  const contents: Content[] = []
  let open: Content | undefined

  const contentAt = (place: number, isRefusal: boolean): Content => {
    if (open !== undefined && open.place === place && open.isRefusal === isRefusal) return open
    open = contents.find((content) => content.place === place && content.isRefusal === isRefusal)
    if (open === undefined) {
      open = { place, isRefusal, part: -1, annotations: [], pairs: wholePairs() }
      contents.push(open)
    }
    return open
  }
  const tell = (content: Content, text: string, batch: ModelEvent[]): void => {
    if (text === '') return
    if (content.part < 0) content.part = nextPart()
    batch.push({ type: 'text.delta', part: content.part, text })
  }
  const write = (content: Content, text: string, batch: ModelEvent[]): void => {
    tell(content, content.pairs.take(text), batch)
  }
  const fill = (content: Content, text: string, batch: ModelEvent[]): void => {
    if (content.part < 0) write(content, text, batch)
  }

  return {
    kind: 'message',
    isRefused: () => contents.some(({ isRefusal, part }) => isRefusal && part >= 0),
    write: (place, text, batch) => write(contentAt(place, false), text, batch),
    writeRefusal: (place, text, batch) => write(contentAt(place, true), text, batch),
    fill: (place, text, batch) => fill(contentAt(place, false), text, batch),
    fillRefusal: (place, text, batch) => fill(contentAt(place, true), text, batch),
    annotate: (place, annotation) => void contentAt(place, false).annotations.push(annotation),
    end(item, batch) {
      for (const [place, whole] of (item?.content ?? []).entries()) {
        if (!whole) continue
        const content = contentAt(place, whole.type === 'refusal')
        fill(content, textIn(whole.text ?? whole.refusal), batch)
        if (Array.isArray(whole.annotations) && whole.annotations.length > 0) {
          content.annotations = [...(whole.annotations as readonly JsonValue[])]
        }
      }
      for (const content of contents) {
        tell(content, content.pairs.end(), batch)
        const opaque = content.part < 0 ? null : opaqueOf(item, content)
        if (opaque) batch.push({ type: 'part.opaque', part: content.part, opaque })
      }
    },
  }
}

/** Its id, with which it goes back, and its phase; its texts are parts already. */
function opaqueOf(item: ResponseItem | null, { annotations, isRefusal }: Content): JsonObject | null {
  const kept = item === null ? {} : keptOf(item, ['type', 'role', 'content'])
  const opaque = {
    ...kept,
    ...(isRefusal ? { refused: true } : {}),
    ...(annotations.length === 0 ? {} : { annotations }),
  }
  return Object.keys(opaque).length === 0 ? null : opaque
}

import type { ModelEvent } from '@heddle/core'
import type { BlockDelta, ContentBlock } from './message-events.ts'
import { openBlock } from './open-block.ts'
import type { NextPart, OpenBlock } from './open-block.ts'

/** The content blocks of one answer, by their indices, while they are streamed. */
export interface OpenBlocks {
  /** A block that is still open at this index is whole. */
  begin(index: number, block: ContentBlock | null | undefined, batch: ModelEvent[]): void
  take(index: number, delta: BlockDelta, batch: ModelEvent[]): void
  end(index: number, batch: ModelEvent[]): void
  endAll(batch: ModelEvent[]): void
}

/** The blocks that their deltas alone can open, because servers leave out their beginning: a call would lack its name. */
const KIND_OF_DELTA: Readonly<Record<string, string>> = { text_delta: 'text', thinking_delta: 'thinking' }

export function openBlocks(nextPart: NextPart): OpenBlocks {
  const open = new Map<number, OpenBlock>()

  const end = (index: number, batch: ModelEvent[]): void => {
    open.get(index)?.end(batch)
    open.delete(index)
  }
  const begin = (index: number, block: ContentBlock, batch: ModelEvent[]): OpenBlock => {
    const begun = openBlock(block, nextPart, batch)
    open.set(index, begun)
    return begun
  }

  return {
    begin(index, block, batch) {
      end(index, batch)
      if (block) begin(index, block, batch)
    },
    take(index, delta, batch) {
      const kind = KIND_OF_DELTA[delta.type ?? '']
      const block = open.get(index) ?? (kind === undefined ? undefined : begin(index, { type: kind }, batch))
      block?.take(delta, batch)
    },
    end,
    endAll(batch) {
      for (const index of [...open.keys()]) end(index, batch)
    },
  }
}

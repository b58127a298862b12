import { isJsonObject } from '@heddle/core'
import type { JsonValue, ModelEvent } from '@heddle/core'
import { wholePairs } from '../wire/whole-pairs.ts'
import type { BlockDelta, ContentBlock } from './message-events.ts'

/** One content block while it is streamed. */
export interface OpenBlock {
  take(delta: BlockDelta, batch: ModelEvent[]): void
  /** The block is whole: tells what could not be told earlier. */
  end(batch: ModelEvent[]): void
}

/** Takes the next part number; called at a part's first event, so that an empty block takes none. */
export type NextPart = () => number

/** Begins a block; blocks of unknown types are kept as they come, to be replayed. */
export function openBlock(block: ContentBlock, nextPart: NextPart, batch: ModelEvent[]): OpenBlock {
  switch (block.type) {
    case 'text':
      return openText(block, nextPart, batch)
    case 'thinking':
      return openThinking(block, nextPart, batch)
    case 'tool_use':
      return openToolUse(block, nextPart, batch)
    default:
      return openOpaque(block, nextPart)
  }
}

function openText(block: ContentBlock, nextPart: NextPart, batch: ModelEvent[]): OpenBlock {
  let part = -1
  // Citations come before their text, but a part is of the kind of its first event: so they wait.
  const citations: JsonValue[] = Array.isArray(block['citations'])
    ? [...(block['citations'] as JsonValue[])]
    : []
  const pairs = wholePairs()
  const write = (text: string, into: ModelEvent[]): void => {
    if (text === '') return
    if (part < 0) part = nextPart()
    into.push({ type: 'text.delta', part, text })
  }
  write(pairs.take(stringOf(block['text'])), batch)
  return {
    take(delta, into) {
      if (delta.citation !== undefined) citations.push(delta.citation)
      if (delta.text) write(pairs.take(delta.text), into)
    },
    end(into) {
      write(pairs.end(), into)
      if (part >= 0 && citations.length > 0) into.push({ type: 'part.opaque', part, opaque: { citations } })
    },
  }
}

function openThinking(block: ContentBlock, nextPart: NextPart, batch: ModelEvent[]): OpenBlock {
  let part = -1
  let signature = stringOf(block['signature'])
  const pairs = wholePairs()
  const write = (text: string, into: ModelEvent[]): void => {
    if (part < 0) part = nextPart()
    into.push({ type: 'reasoning.delta', part, text })
  }
  const begun = pairs.take(stringOf(block['thinking']))
  if (begun !== '') write(begun, batch)
  return {
    take(delta, into) {
      if (delta.signature !== undefined) signature += delta.signature
      const text = pairs.take(delta.thinking ?? '')
      if (text !== '') write(text, into)
    },
    end(into) {
      const rest = pairs.end()
      if (rest !== '') write(rest, into)
      if (signature === '') return
      // Thinking can be withheld; its signature must go back all the same.
      if (part < 0) write('', into)
      into.push({ type: 'part.opaque', part, opaque: { signature } })
    },
  }
}

function openToolUse(block: ContentBlock, nextPart: NextPart, batch: ModelEvent[]): OpenBlock {
  const { type: _type, id: _id, name: rawName, input, ...rest } = block
  const name = stringOf(rawName)
  if (name === '') throw new TypeError('A call came without a name')
  const part = nextPart()
  let isStreamed = false
  const pairs = wholePairs()
  batch.push({ type: 'tool.input.delta', part, name, text: '' })
  return {
    take(delta, into) {
      if (!delta.partial_json) return
      isStreamed = true
      const text = pairs.take(delta.partial_json)
      if (text !== '') into.push({ type: 'tool.input.delta', part, name, text })
    },
    end(into) {
      const half = pairs.end()
      if (half !== '') into.push({ type: 'tool.input.delta', part, name, text: half })
      // Servers that only imitate the API send the whole input at once.
      if (!isStreamed && isJsonObject(input) && Object.keys(input).length > 0) {
        into.push({ type: 'tool.input.delta', part, name, text: JSON.stringify(input) })
      }
      if (Object.keys(rest).length > 0) into.push({ type: 'part.opaque', part, opaque: rest })
    },
  }
}

/** Redacted thinking, the vendor's own tools and their results: nothing of them is told, all of it is kept. */
function openOpaque(block: ContentBlock, nextPart: NextPart): OpenBlock {
  const kept: Record<string, JsonValue | undefined> = { ...block }
  let inputJson = ''
  return {
    take(delta) {
      for (const [key, value] of Object.entries(delta)) {
        const before = kept[key]
        if (key === 'type') continue
        else if (key === 'partial_json') inputJson += stringOf(value)
        else kept[key] = typeof before === 'string' && typeof value === 'string' ? before + value : value
      }
    },
    end(batch) {
      if (inputJson !== '') kept['input'] = parseInput(inputJson)
      batch.push({ type: 'part.opaque', part: nextPart(), opaque: kept })
    },
  }
}

function parseInput(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue
  } catch {
    return {}
  }
}

function stringOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

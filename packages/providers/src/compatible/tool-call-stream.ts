import type { JsonValue, ModelEvent } from '@heddle/core'
import type { ChatToolCall } from './chat-chunk.ts'
import { wholePairs } from '../wire/whole-pairs.ts'
import type { WholePairs } from '../wire/whole-pairs.ts'

interface OpenCall {
  /** The vendor's; never leaves the adapter. */
  id: string
  name: string
  /** -1 until the name is known: the first event of a call must carry it. */
  part: number
  /** All arguments so far. */
  text: string
  /** Arguments that came before the name. */
  early: string
  readonly pairs: WholePairs
}

/** Sorts the pieces of parallel calls. */
export interface ToolCallStream {
  /** @param at - Place of the piece in its chunk, for vendors that number nothing. */
  take(piece: ChatToolCall, batch: ModelEvent[]): void
  /**
   * Tells what was held back.
   *
   * @throws TypeError when a call never got its name: it cannot be run, and without it the answer is another.
   */
  end(batch: ModelEvent[]): void
  /** How many calls have begun. */
  count(): number
}

/**
 * Pieces belong to a call by `index`; without one, by id; without both, to the latest call. A new id, or
 * another name, where a call is already open begins a new call: Mistral and Moonshot put several calls at one index.
 */
export function toolCallStream(nextPart: () => number): ToolCallStream {
  const calls: OpenCall[] = []
  /** The call that is open at each index. */
  const byIndex = new Map<number, OpenCall>()

  const find = (piece: ChatToolCall): OpenCall | undefined => {
    if (typeof piece.index === 'number') return byIndex.get(piece.index)
    if (piece.id) return calls.findLast((call) => call.id === piece.id)
    return calls.at(-1)
  }

  const open = (piece: ChatToolCall): OpenCall => {
    const call: OpenCall = {
      id: piece.id ?? '',
      name: '',
      part: -1,
      text: '',
      early: '',
      pairs: wholePairs(),
    }
    calls.push(call)
    if (typeof piece.index === 'number') byIndex.set(piece.index, call)
    return call
  }

  return {
    take(piece, batch) {
      const name = nameOf(piece)
      const text = argumentsText(piece.function?.arguments)
      let call = find(piece)
      if (!call || beginsAnother(call, piece, name, text)) call = open(piece)
      if (call.id === '') call.id = piece.id ?? ''
      if (call.name === '') call.name = name
      call.text += text
      tell(call, text, batch, nextPart)
      if (piece.extra_content !== undefined && call.part >= 0) {
        batch.push({ type: 'part.opaque', part: call.part, opaque: { extra_content: piece.extra_content } })
      }
    },
    end(batch) {
      for (const call of calls) {
        if (call.part < 0) throw new TypeError('A call came without a name')
        const text = call.pairs.end()
        if (text !== '') batch.push({ type: 'tool.input.delta', part: call.part, name: call.name, text })
      }
    },
    count: () => calls.reduce((sum, call) => (call.part < 0 ? sum : sum + 1), 0),
  }
}

function nameOf(piece: ChatToolCall): string {
  const name = piece.function?.name
  return typeof name === 'string' ? name : ''
}

function tell(call: OpenCall, piece: string, batch: ModelEvent[], nextPart: () => number): void {
  if (call.name === '') {
    call.early += piece
    return
  }
  const isNew = call.part < 0
  if (isNew) call.part = nextPart()
  const text = call.pairs.take(isNew ? call.early + piece : piece)
  if (isNew || text !== '') batch.push({ type: 'tool.input.delta', part: call.part, name: call.name, text })
}

function beginsAnother(call: OpenCall, piece: ChatToolCall, name: string, text: string): boolean {
  const id = piece.id ?? ''
  if (id !== '' && id === call.id) return false
  // Some servers make up a new id for every piece: alone, it does not begin a call in the middle of one.
  if (id !== '' && call.id !== '') return name !== '' || isWhole(call.text)
  if (name === '' || call.name === '') return false
  return name !== call.name || (text !== '' && isWhole(call.text))
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Ollama's older servers send the arguments as an object. */
function argumentsText(value: string | JsonValue | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
